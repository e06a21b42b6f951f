#include "relate/tuples.h"

#include <arrow/api.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <optional>

#include "export/part.h"
#include "relate/column_feed.h"
#include "sketch/hash_set.h"

namespace roost::relate {

namespace {

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

/// Parts of `rows` rows that threads take one by one.
struct Slices {
  explicit Slices(size_t all) : rows(all), count(std::max<size_t>(1, all / kRowsOfSlice)) {}
  size_t begin(size_t slice) const { return rows * slice / count; }
  size_t end(size_t slice) const { return rows * (slice + 1) / count; }

  static constexpr size_t kRowsOfSlice = 1 << 18;
  size_t rows, count;
};

void AddPart(std::span<const uint64_t> parts, std::span<uint64_t> tuples) {
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

/// All at once, which must fit the memory.
Result<std::vector<RowHashes>> RowsOfColumns(const Database& database, std::span<const int> columns,
                                             ValueStore& values) {
  ROOST_TRY(values.LoadRows(database, {columns.begin(), columns.end()}));
  std::vector<RowHashes> rows;
  for (int id : columns) {
    ROOST_ASSIGN(rows.emplace_back(), values.Rows(database, database.ColumnAt(id)));
  }
  return rows;
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
    ROOST_ASSIGN(RowHashes parts, values.Rows(database, database.ColumnAt(id)));
    if (id == columns[0]) tuples.assign(parts->size(), 1);
    Slices slices(tuples.size());
    ROOST_TRY(ForEachTask(slices.count, values.crew(), [&](size_t slice) {
      size_t begin = slices.begin(slice), size = slices.end(slice) - begin;
      AddPart(std::span(*parts).subspan(begin, size), std::span(tuples).subspan(begin, size));
      return Status::OK();
    }));
  }
  return tuples;
}

Result<TuplesAmong> CountAmong(std::span<const uint64_t> tuples, const DistinctColumn& others,
                               const Crew& crew) {
  std::vector<uint64_t> slots(std::bit_ceil(others.hashes.size() * 2 + 2));
  auto place_of = [&](uint64_t hash) {
    size_t at = hash & (slots.size() - 1);
    while (slots[at] != 0 && slots[at] != hash) at = (at + 1) & (slots.size() - 1);
    return at;
  };
  for (uint64_t hash : others.hashes) slots[place_of(hash)] = hash;
  std::vector<char> met(slots.size());
  Slices slices(tuples.size());
  std::vector<std::vector<uint64_t>> strangers(slices.count);
  std::atomic<uint64_t> contained_rows = 0;
  ROOST_TRY(ForEachTask(slices.count, crew, [&](size_t slice) {
    uint64_t contained = 0;
    for (size_t row = slices.begin(slice); row < slices.end(slice); ++row) {
      if (tuples[row] == sketch::kNullHash) continue;
      size_t place = place_of(tuples[row]);
      if (slots[place] == 0) {
        strangers[slice].push_back(tuples[row]);
        continue;
      }
      ++contained;
      std::atomic_ref(met[place]).store(true, std::memory_order_relaxed);
    }
    contained_rows += contained;
    return Status::OK();
  }));
  std::vector<uint64_t> all_strangers;
  for (const auto& some : strangers) {
    all_strangers.insert(all_strangers.end(), some.begin(), some.end());
  }
  TuplesAmong among;
  among.contained_values = static_cast<uint64_t>(std::count(met.begin(), met.end(), true));
  among.contained_rows = contained_rows;
  among.rows = contained_rows + all_strangers.size();
  among.values = among.contained_values + CountValues(std::move(all_strangers)).hashes.size();
  return among;
}

namespace {

/// Of columns the first of which never falls from row to row: equal tuples lie within a run of its
/// equal values.
Result<bool> AreDistinctInRuns(const std::vector<RowHashes>& columns, const Crew& crew) {
  const std::vector<uint64_t>& first = *columns[0];
  Slices slices(first.size());
  auto run_from = [&](size_t row) {  // the first run that begins there or later
    while (row > 0 && row < first.size() && first[row] == first[row - 1]) ++row;
    return row;
  };
  std::atomic<bool> has_twins = false;
  ROOST_TRY(ForEachTask(slices.count, crew, [&](size_t slice) {
    size_t last = run_from(slices.end(slice));
    std::vector<uint64_t> tuples;
    for (size_t row = run_from(slices.begin(slice)); row < last && !has_twins;) {
      size_t end = row + 1;
      while (end < last && first[end] == first[row]) ++end;
      if (end - row > 1) {
        tuples.assign(end - row, 1);
        for (size_t i = 1; i < columns.size(); ++i) {
          AddPart(std::span(*columns[i]).subspan(row, end - row), tuples);
        }
        std::sort(tuples.begin(), tuples.end());
        if (std::adjacent_find(tuples.begin(), tuples.end()) != tuples.end()) has_twins = true;
      }
      row = end;
    }
    return Status::OK();
  }));
  return !has_twins;
}

/// Columns of integers whose tuples have so few places together that there is a bit for each.
class Places {
 public:
  /// Nothing if there are too many, or other values.
  static std::optional<Places> Of(const Database& database, std::span<const int> columns,
                                  uint64_t rows) {
    constexpr uint64_t kPlacesOfRow = 64;
    Places places;
    for (int id : columns) {
      const sketch::ColumnSketch& sketch = database.ColumnAt(id).sketch;
      if (!sketch.only_integers()) return std::nullopt;
      uint64_t width =
          IntegerCounter::BytesFor(sketch.smallest_integer(), sketch.largest_integer()) /
          sizeof(uint32_t);
      if (width > kPlacesOfRow * rows / places.count_) return std::nullopt;
      places.widths_.push_back(width);
      places.least_.push_back(sketch.smallest_integer());
      places.count_ *= width;
    }
    return places;
  }

  bool AreDistinct(const std::vector<RowHashes>& columns) const {
    std::vector<uint64_t> taken(count_ / 64 + 1);
    for (size_t row = 0; row < columns[0]->size(); ++row) {
      uint64_t place = 0;
      for (size_t i = 0; i < columns.size(); ++i) {
        auto integer = static_cast<uint64_t>(sketch::IntegerOfHash((*columns[i])[row]));
        place = place * widths_[i] + (integer - static_cast<uint64_t>(least_[i])) % widths_[i];
      }
      uint64_t bit = uint64_t{1} << place % 64;
      if (taken[place / 64] & bit) return false;
      taken[place / 64] |= bit;
    }
    return true;
  }

 private:
  std::vector<uint64_t> widths_;
  std::vector<int64_t> least_;
  uint64_t count_ = 1;
};

/// In parts of all hashes, each of which fits the cache; the first twins end it.
Result<bool> AreDistinctInRanges(std::span<const uint64_t> tuples, const Crew& crew) {
  constexpr size_t kTuplesOfRange = 1 << 18;
  unsigned bits = 0;
  while (tuples.size() >> bits > kTuplesOfRange) ++bits;
  std::atomic<bool> has_twins = false;
  ROOST_TRY(ForEachTask(size_t{1} << bits, crew, [&](size_t index) {
    if (has_twins) return Status::OK();
    HashRange range = RangeOf(index, bits);
    std::vector<uint64_t> some;
    some.reserve(kTuplesOfRange + kTuplesOfRange / 8);
    for (uint64_t tuple : tuples) {
      if (range.Has(tuple)) some.push_back(tuple);
    }
    if (!AreDistinct(some)) has_twins = true;
    return Status::OK();
  }));
  return !has_twins;
}

/// The columns with one in front that never falls from row to row and has short runs, if there is
/// one.
std::optional<std::vector<int>> SortedFirst(const Database& database,
                                            std::span<const int> columns) {
  constexpr uint64_t kLongestRun = 64;  // on average
  std::vector<int> order(columns.begin(), columns.end());
  for (int& id : order) {
    const Column& column = database.ColumnAt(id);
    bool is_short = column.distinct >= column.rows / kLongestRun;
    if (!column.sketch.sorted() || !is_short) continue;
    std::swap(id, order.front());
    return order;
  }
  return std::nullopt;
}

}  // namespace

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
  if (!values.Fits(rows * kBytesOfRow * (columns.size() + 1))) {
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
  if (auto order = SortedFirst(database, columns)) {
    ROOST_ASSIGN(std::vector<RowHashes> hashes, RowsOfColumns(database, *order, values));
    return AreDistinctInRuns(hashes, values.crew());
  }
  if (auto places = Places::Of(database, columns, rows)) {
    ROOST_ASSIGN(std::vector<RowHashes> hashes, RowsOfColumns(database, columns, values));
    return places->AreDistinct(hashes);
  }
  ROOST_ASSIGN(std::vector<uint64_t> tuples, TupleHashes(database, columns, values));
  return AreDistinctInRanges(tuples, values.crew());
}

}  // namespace roost::relate
