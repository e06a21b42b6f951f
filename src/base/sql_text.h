// Writes names and texts into SQL, so that none of their characters is taken for SQL.
#pragma once

#include <string>
#include <string_view>

namespace roost {

inline std::string QuoteSql(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (char c : text) {
    if (c == quote) quoted.push_back(quote);
    quoted.push_back(c);
  }
  return quoted + quote;
}

/// 'it''s'
inline std::string SqlText(std::string_view text) { return QuoteSql(text, '\''); }
/// "a ""name"""
inline std::string SqlName(std::string_view name) { return QuoteSql(name, '"'); }

}  // namespace roost
