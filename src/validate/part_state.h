// Holds what the native pass found in one part of a table, and writes it as bytes.
//
// Parts never change, so what was found once stays true as long as the part, the rule and the way
// a column is profiled are the same; marks say which those are. docs/formats/kept.md has the bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/status.h"
#include "shred/published.h"
#include "validate/row_counts.h"
#include "validate/rule.h"

namespace roost::validate {

struct PartState {
  std::map<std::string, std::string> columns;  // ColumnMark -> a saved profile and distinct values
  std::map<std::string, RowCount> rules;       // RuleMark -> rows tested and failed

  /// `identity` says which part it is; loading for another one fails, as it does for any other
  /// version of the format and for bytes that are not what was saved.
  std::string Save(std::string_view identity) const;
  static Result<PartState> Load(std::string_view bytes, std::string_view identity);
};

/// A column whose rows are sampled every `step`.
std::string ColumnMark(const shred::FinalColumn& column, uint64_t step);
/// All of a row rule that decides which rows it tests and fails, as 16 bytes.
std::string RuleMark(const Rule& rule);

}  // namespace roost::validate
