// Reads what a Parquet footer says of its table: the JSON texts under `roost` and `roost.shapes`.
//
// Their fields are described in docs/formats/tables.md, section "Parquet metadata".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/status.h"
#include "shred/published.h"

namespace roost::store {

/// The path of a technical text column, in FinalColumn::path. No pointer begins with `!`.
constexpr std::string_view kKeyPath = "!key";
constexpr std::string_view kLayoutPath = "!layout";
constexpr std::string_view kExtraPath = "!extra";

/// True of what roost needs and people do not; a map's key is data.
inline bool IsTechnical(const shred::FinalColumn& column) {
  return column.path == kLayoutPath || column.path == kExtraPath;
}

struct TableFacts {
  shred::FinalTable table;  // technical names are empty where the table has no such column;
                            // `shapes` stays empty: see ParseShapes
  bool spelled = false;     // every row spells its shape out
};

/// Takes the text under the footer's key `roost`. Invalid says which field is wrong.
Result<TableFacts> ParseTableFacts(std::string_view json);

/// _roost_shape -> shape text, from the text under `roost.shapes`.
using ShapeTexts = std::unordered_map<int64_t, std::string>;
Status ParseShapes(std::string_view json, ShapeTexts& shapes);

/// The format of a date or timestamp column for people: YYYY-MM-DDTHH:MM:SS.ffffffZ.
std::string DescribeFormat(const shred::FinalColumn& column);

}  // namespace roost::store
