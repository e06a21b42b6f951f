#include "relate/tuples.h"

#include "sketch/hash_set.h"

namespace roost::relate {

namespace {

constexpr size_t kSampleRows = 65536;

bool AreDistinct(std::span<const uint64_t> hashes) {
  sketch::HashSet seen(hashes.size());
  for (uint64_t hash : hashes) {
    if (!seen.Insert(hash)) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<uint64_t>> TupleHashes(const Database& database, std::span<const int> columns,
                                          ValueStore& values) {
  std::vector<uint64_t> tuples;
  for (int id : columns) {
    ROOST_ASSIGN(RowHashes rows, values.Rows(database, database.ColumnAt(id)));
    bool first = id == columns[0];
    if (first) tuples.assign(rows->size(), 1);
    for (size_t i = 0; i < tuples.size(); ++i) {
      uint64_t part = (*rows)[i];
      bool null = part == sketch::kNullHash || tuples[i] == sketch::kNullHash;
      tuples[i] = null ? sketch::kNullHash : sketch::HashOfTuple(tuples[i], part);
    }
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
  ROOST_ASSIGN(std::vector<uint64_t> tuples, TupleHashes(database, columns, values));
  std::span<const uint64_t> all(tuples);
  if (all.size() > 2 * kSampleRows && !AreDistinct(all.first(kSampleRows))) return false;
  return AreDistinct(all);
}

}  // namespace roost::relate
