#include "relate/tuples.h"

#include <arrow/api.h>

#include <algorithm>

#include "export/part.h"
#include "relate/column_feed.h"
#include "sketch/hash_set.h"

namespace roost::relate {

namespace {

constexpr uint64_t kFitsCache = 1 << 17;
constexpr uint64_t kBytesOfRow = 8, kBytesOfTuple = 32;  // while they are counted
constexpr unsigned kMostRangeBits = 10;
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

/// Reads the columns side by side; what lies in the range is kept.
Result<DistinctColumn> ReadTuples(const Database& database, std::span<const int> columns,
                                  HashRange range, const Crew& crew) {
  std::vector<std::string> names;
  for (int id : columns) names.push_back(database.ColumnAt(id).name);
  std::vector<uint64_t> taken, tuples, parts;
  ValueCounter counter;
  for (const auto& part : database.TableOf(database.ColumnAt(columns[0])).parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_ASSIGN(auto reader, part->ReadRows(group, names));
      std::shared_ptr<arrow::RecordBatch> batch;
      while (true) {
        ROOST_TRY(crew.CheckStop());
        ROOST_TRY(reader->ReadNext(&batch));
        if (!batch) break;
        tuples.assign(static_cast<size_t>(batch->num_rows()), 1);
        for (const std::string& name : names) {
          auto array = batch->GetColumnByName(name);
          parts.clear();
          if (array) ROOST_TRY((ColumnFeed{.row_hashes = &parts}.Take(*array)));
          parts.resize(tuples.size(), sketch::kNullHash);
          AddPart(parts, tuples);
        }
        std::copy_if(tuples.begin(), tuples.end(), std::back_inserter(taken),
                     [&](uint64_t hash) { return hash >= range.first && hash <= range.last; });
        counter.Take(taken);
      }
    }
  }
  return counter.Finish(taken);
}

uint64_t RowsOf(const Database& database, std::span<const int> columns) {
  return database.ColumnAt(columns[0]).rows;
}

}  // namespace

bool TuplesFit(const Database& database, std::span<const int> columns, const ValueStore& values) {
  return values.Fits(RowsOf(database, columns) * kBytesOfRow * (columns.size() + 3));
}

Status ForEachTupleRange(const Database& database, const std::vector<std::vector<int>>& sets,
                         ValueStore& values,
                         const std::function<bool(const std::vector<DistinctColumn>&)>& look) {
  uint64_t rows = 0;
  for (const auto& columns : sets) rows += RowsOf(database, columns);
  unsigned bits = 0;
  while (bits < kMostRangeBits && !values.Fits((rows >> bits) * kBytesOfTuple)) ++bits;
  for (uint64_t index = 0; index < uint64_t{1} << bits; ++index) {
    std::vector<DistinctColumn> tuples;
    for (const auto& columns : sets) {
      ROOST_ASSIGN(auto range, ReadTuples(database, columns, RangeOf(index, bits), values.crew()));
      tuples.push_back(std::move(range));
    }
    if (!look(tuples)) break;
  }
  return Status::OK();
}

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
  if (!TuplesFit(database, columns, values)) {
    uint64_t distinct = 0;
    bool twins = false;
    std::vector<std::vector<int>> sets = {{columns.begin(), columns.end()}};
    ROOST_TRY(ForEachTupleRange(database, sets, values, [&](const auto& tuples) {
      distinct += tuples[0].hashes.size();
      twins = std::any_of(tuples[0].counts.begin(), tuples[0].counts.end(),
                          [](uint32_t count) { return count > 1; });
      return !twins;
    }));
    return !twins && distinct == rows;
  }
  ROOST_ASSIGN(std::vector<uint64_t> tuples, TupleHashes(database, columns, values));
  // Sorting in pieces that fit the cache is twice as fast as one table of all.
  return rows <= kFitsCache ? AreDistinct(tuples)
                            : CountValues(std::move(tuples)).hashes.size() == rows;
}

}  // namespace roost::relate
