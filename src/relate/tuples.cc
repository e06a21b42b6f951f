#include "relate/tuples.h"

#include <algorithm>

#include "sketch/hash_set.h"

namespace roost::relate {

namespace {

constexpr uint64_t kFitsCache = 1 << 17;
constexpr size_t kFirstLook = 2048;

bool AreDistinct(std::span<const uint64_t> hashes) {
  sketch::HashSet seen(hashes.size());
  for (uint64_t hash : hashes) {
    if (!seen.Insert(hash)) return false;
  }
  return true;
}

void AddPart(std::span<const uint64_t> parts, std::vector<uint64_t>& tuples) {
  for (size_t i = 0; i < tuples.size(); ++i) {
    bool null = parts[i] == sketch::kNullHash || tuples[i] == sketch::kNullHash;
    tuples[i] = null ? sketch::kNullHash : sketch::HashOfTuple(tuples[i], parts[i]);
  }
}

/// True if the first rows already hold a tuple twice: most sets of columns end here, without a
/// read; and most of those in the first few of them.
bool RepeatsEarly(const Database& database, std::span<const int> columns) {
  size_t rows = SIZE_MAX;
  for (int id : columns) rows = std::min(rows, database.ColumnAt(id).first_rows.size());
  for (size_t look : {std::min(kFirstLook, rows), rows}) {
    std::vector<uint64_t> tuples(look, 1);
    for (int id : columns) {
      AddPart(std::span(database.ColumnAt(id).first_rows).first(look), tuples);
    }
    if (!AreDistinct(tuples)) return true;
  }
  return false;
}

}  // namespace

Result<std::vector<uint64_t>> TupleHashes(const Database& database, std::span<const int> columns,
                                          ValueStore& values) {
  std::vector<uint64_t> tuples;
  for (int id : columns) {
    ROOST_ASSIGN(RowHashes rows, values.Rows(database, database.ColumnAt(id)));
    if (id == columns[0]) tuples.assign(rows->size(), 1);
    AddPart(*rows, tuples);
  }
  return tuples;
}

Result<bool> IsUniqueTuple(const Database& database, std::span<const int> columns,
                           ValueStore& values) {
  double combinations = 1;
  uint64_t rows = 0;
  for (int id : columns) {
    const Column& column = database.ColumnAt(id);
    if (!column.Full() || column.IsList()) return false;
    combinations *= static_cast<double>(column.distinct) * (column.counted ? 1 : 1.05);
    rows = column.rows;
  }
  if (combinations < static_cast<double>(rows)) return false;
  if (RepeatsEarly(database, columns)) return false;
  ROOST_ASSIGN(std::vector<uint64_t> tuples, TupleHashes(database, columns, values));
  // Sorting in pieces that fit the cache is twice as fast as one table of all.
  return rows <= kFitsCache ? AreDistinct(tuples)
                            : CountValues(std::move(tuples)).hashes.size() == rows;
}

}  // namespace roost::relate
