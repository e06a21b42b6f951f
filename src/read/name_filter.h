// Decides by its name whether a file in a folder is input.
#pragma once

#include <string>
#include <string_view>

namespace roost::read {

class NameFilter {
 public:
  /// A glob on the name; empty: *.json|jsonl|ndjson[.gz|.zst].
  explicit NameFilter(std::string pattern) : pattern_(std::move(pattern)) {}

  /// Begins with _ or ., and the pattern does not: left out, also as a folder.
  bool IsHidden(std::string_view name) const;
  bool IsWanted(std::string_view name) const;

 private:
  std::string pattern_;
};

}  // namespace roost::read
