// Names the type of a result's column, taken apart once so that its cells can be written fast.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "query/library.h"

namespace roost::query {

struct CellType {
  duckdb_type id = DUCKDB_TYPE_INVALID;
  duckdb_type stored = DUCKDB_TYPE_INVALID;  // of decimals and enums: how they are laid out
  std::string name;      // for people: int64, varchar, decimal(38,0), varchar[], json
  bool is_json = false;  // text that is JSON
  uint8_t scale = 0;     // of a decimal
  idx_t array_size = 0;
  std::vector<std::string> names;  // of an enum's values, of a struct's members
  std::vector<CellType> children;  // element; key and value; members

  bool is_number() const;
};

/// Types that have no plain text in roost (BIT, BIGNUM, VARIANT, GEOMETRY) are Invalid, with the
/// advice to cast them.
Result<CellType> ReadCellType(duckdb_logical_type type);

}  // namespace roost::query
