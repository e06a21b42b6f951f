// Turns Arrow arrays into comparable values, one by one: for sketches, and as hashes of rows.
//
// The only file of the folder, with profile.cc, that sees Arrow's arrays. Runs of equal numbers and
// the entries of dictionaries are looked at once. Items of lists count as values; JSON texts,
// structs and maps give nothing but nulls and are marked as such. Not thread-safe.
#pragma once

#include <arrow/type_fwd.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "relate/database.h"
#include "relate/distinct_column.h"

namespace roost::relate {

/// What to collect of a column, row by row.
struct ColumnFeed {
  sketch::ColumnSketch* sketch = nullptr;       // fed if not null
  std::vector<uint64_t>* row_hashes = nullptr;  // one for each row, or each item of a list
  std::unordered_map<uint64_t, std::string>* texts = nullptr;  // of all text values, by hash
  IntegerCounter* integers = nullptr;                          // of all integers
  // Only values with these hashes go to row_hashes and texts.
  uint64_t first_hash = 0, last_hash = UINT64_MAX;
  bool with_fractions = false;  // among `texts`
  std::string path_kind = "";   // not empty: only the ids of paths of this kind count (paths.h)

  Status Take(const arrow::Array& array);
  bool IsEmpty() const { return !sketch && !row_hashes && !texts && !integers; }
};

/// How a column of this Arrow type is stored.
Storage StorageOf(const arrow::DataType& type);
/// A short name of the type for people.
std::string TypeNameOf(const arrow::DataType& type);

}  // namespace roost::relate
