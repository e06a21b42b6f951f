// Asks a session in roost's own words: statements whose results are small, and copies to Parquet.
//
// For the folders that judge tables but do not see DuckDB. Statements are ours, not a user's: they
// may make temporary tables. A user's SELECT is checked first, by CheckSelect.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "query/session.h"

namespace roost::query {

/// All cells of a result as plain text; nothing for null.
struct Answer {
  std::vector<std::string> names;
  std::vector<std::vector<std::optional<std::string>>> rows;

  /// The first cell as a whole number; 0 where it is null.
  uint64_t Count(size_t column = 0) const;
  /// A cell's number, of any size; 0 for null.
  double Number(size_t row, size_t column) const;
  /// A cell's text; empty for null.
  const std::string& Text(size_t row, size_t column) const;
};

Result<Answer> Ask(const Session& session, const std::string& sql);

/// Runs a statement for its effect and returns how many rows it changed.
Result<uint64_t> Do(const Session& session, const std::string& sql);

/// Writes the rows of a SELECT to a file in the session's writable folder; returns how many.
Result<uint64_t> CopyToParquet(const Session& session, const std::string& select,
                               const std::string& file);

/// Whether this text of a user is one statement that only reads; Invalid says what is wrong.
Status CheckSelect(const Session& session, const std::string& sql);

}  // namespace roost::query
