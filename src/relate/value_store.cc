#include "relate/value_store.h"

#include <arrow/api.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "export/part.h"
#include "relate/column_feed.h"
#include "relate/integer_text.h"

namespace roost::relate {

namespace {

constexpr size_t kFewTexts = 128;
constexpr uint64_t kBytesOfDistinct = 12;
constexpr unsigned kMostRangeBits = 10;

std::vector<float> RanksFromOrder(const std::vector<uint32_t>& order) {
  std::vector<float> ranks(order.size());
  auto last = static_cast<float>(std::max<size_t>(order.size(), 2) - 1);
  for (size_t place = 0; place < order.size(); ++place) {
    ranks[order[place]] = static_cast<float>(place) / last;
  }
  return ranks;
}

std::vector<float> RanksOfIntegers(const DistinctColumn& distinct) {
  std::vector<std::pair<int64_t, uint32_t>> values(distinct.hashes.size());
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = {sketch::IntegerOfHash(distinct.hashes[i]), static_cast<uint32_t>(i)};
  }
  std::sort(values.begin(), values.end());
  std::vector<uint32_t> order;
  order.reserve(values.size());
  for (const auto& [value, index] : values) order.push_back(index);
  return RanksFromOrder(order);
}

/// Integers among texts are ordered by how they are written.
std::vector<float> RanksOfTexts(const DistinctColumn& distinct,
                                const std::unordered_map<uint64_t, std::string>& texts) {
  std::vector<std::string> values;
  values.reserve(distinct.hashes.size());
  for (uint64_t hash : distinct.hashes) {
    auto text = texts.find(hash);
    values.push_back(text != texts.end() ? text->second
                                         : std::to_string(sketch::IntegerOfHash(hash)));
  }
  std::vector<uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return values[a] < values[b]; });
  return RanksFromOrder(order);
}

std::vector<float> RanksBy(const Column& column, const DistinctColumn& distinct,
                           const std::unordered_map<uint64_t, std::string>& texts) {
  return column.sketch.only_integers() ? RanksOfIntegers(distinct) : RanksOfTexts(distinct, texts);
}

}  // namespace

void ValueStore::Keep(const Column& column, Kept kept) {
  Entry& entry = entries_[column.id];
  DistinctColumn distinct = CountValues(kept.rows);
  entry.ranks = std::make_shared<std::vector<float>>(RanksBy(column, distinct, kept.texts));
  entry.distinct = std::make_shared<DistinctColumn>(std::move(distinct));
  entry.rows = std::make_shared<std::vector<uint64_t>>(std::move(kept.rows));
  if (kept.texts.size() <= kFewTexts && !column.sketch.fractions()) {
    entry.texts = std::move(kept.texts);
  }
  entry.pinned = true;
  Count(entry);
}

Status FeedGroup(const exporting::Part& part, int group, const std::string& name, ColumnFeed& feed,
                 const Crew& crew, const std::function<void()>& after_batch) {
  ROOST_ASSIGN(auto reader, part.ReadRows(group, {name}));
  std::shared_ptr<arrow::RecordBatch> batch;
  while (true) {
    ROOST_TRY(crew.CheckStop());
    ROOST_TRY(reader->ReadNext(&batch));
    if (!batch) return Status::OK();
    if (batch->num_columns() == 1) {
      ROOST_TRY(feed.Take(*batch->column(0)));
    } else {  // a part from before the column was there
      ROOST_ASSIGN(auto nulls, arrow::MakeArrayOfNull(arrow::null(), batch->num_rows()));
      ROOST_TRY(feed.Take(*nulls));
    }
    if (after_batch) after_batch();
  }
}

namespace {

Status FeedNamed(const Table& table, const std::string& name, ColumnFeed feed, const Crew& crew,
                 const std::function<void()>& after_batch = {}) {
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_TRY(FeedGroup(*part, group, name, feed, crew, after_batch));
    }
  }
  return Status::OK();
}

/// A row group of a column, and where its rows go to.
struct RowsToRead {
  const Column* column;
  const exporting::Part* part;
  int group;
  std::vector<uint64_t>* rows;
  uint64_t first_row;
};

Status ReadRows(const RowsToRead& piece, const Crew& crew) {
  std::vector<uint64_t> batch;
  uint64_t row = piece.first_row;
  ColumnFeed feed{.row_hashes = &batch};
  feed.path_kind = piece.column->path_kind;
  return FeedGroup(*piece.part, piece.group, piece.column->name, feed, crew, [&] {
    std::copy(batch.begin(), batch.end(), piece.rows->begin() + static_cast<std::ptrdiff_t>(row));
    row += batch.size();
    batch.clear();
  });
}

/// Whether all values are integers so close together that counting them in places is cheap.
bool AreClose(const Column& column, uint64_t most_bytes) {
  constexpr uint64_t kFreePlaces = 1 << 16, kPlacesOfValue = 8;
  if (!column.sketch.only_integers() || column.IsDerived()) return false;
  uint64_t bytes =
      IntegerCounter::BytesFor(column.sketch.smallest_integer(), column.sketch.largest_integer());
  uint64_t most_places = kFreePlaces + kPlacesOfValue * column.values;
  return bytes <= most_bytes && bytes / sizeof(uint32_t) <= most_places;
}

/// The same of nearly all values: where a few lie far off, as keys do that are nobody's.
std::optional<exporting::Part::Range> MostlyClose(const Column& column, uint64_t most_bytes) {
  constexpr double kTail = 0.02, kRoom = 0.05;  // of values; of the range between the tails
  constexpr uint64_t kPlacesOfValue = 1;
  if (!column.sketch.only_integers() || column.IsDerived()) return std::nullopt;
  double low = column.sketch.numbers().Quantile(kTail);
  double high = column.sketch.numbers().Quantile(1 - kTail);
  double room = kRoom * (high - low);
  constexpr double kWidest = 0x1p52;  // that doubles tell apart
  if (low - room < -kWidest || high + room > kWidest) return std::nullopt;
  exporting::Part::Range range{
      std::max(column.sketch.smallest_integer(), static_cast<int64_t>(low - room)),
      std::min(column.sketch.largest_integer(), static_cast<int64_t>(high + room))};
  if (range.min > range.max) return std::nullopt;
  uint64_t bytes = IntegerCounter::BytesFor(range.min, range.max);
  bool is_cheap = bytes <= most_bytes && bytes / sizeof(uint32_t) <= kPlacesOfValue * column.values;
  return is_cheap ? std::optional(range) : std::nullopt;
}

/// All integers of a column, where its sketch knows that none is missing between the smallest and
/// the largest. Of few values hashes are as quick.
std::optional<IntegerRun> RunOf(const Column& column) {
  constexpr uint64_t kLeastValues = 1 << 20;
  bool may_be = column.counted && column.distinct >= kLeastValues &&
                column.sketch.only_integers() && !column.IsDerived() && !column.IsList();
  if (!may_be) return std::nullopt;
  int64_t first = column.sketch.smallest_integer();
  uint64_t width =
      static_cast<uint64_t>(column.sketch.largest_integer()) - static_cast<uint64_t>(first);
  IntegerRun run{first, column.distinct, column.unique};
  // The integer whose hash is another's (value_hash.h) has no place in it.
  bool is_run =
      width == column.distinct - 1 && !run.HasInteger(sketch::IntegerOfHash(sketch::kNullHash));
  return is_run ? std::optional(run) : std::nullopt;
}

Result<DistinctColumn> ReadDistinct(const Database& database, const Column& column, HashRange range,
                                    uint64_t most_bytes_of_counter, const Crew& crew) {
  if (AreClose(column, most_bytes_of_counter)) {
    IntegerCounter integers(column.sketch.smallest_integer(), column.sketch.largest_integer());
    ROOST_TRY(FeedColumn(database, column, {.integers = &integers}, crew));
    return integers.Finish(range);
  }
  if (auto most = MostlyClose(column, most_bytes_of_counter)) {
    IntegerCounter integers(most->min, most->max, true);
    ROOST_TRY(FeedColumn(database, column, {.integers = &integers}, crew));
    return integers.Finish(range);
  }
  std::vector<uint64_t> rows;
  ValueCounter counter;
  ColumnFeed feed{.row_hashes = &rows, .first_hash = range.first, .last_hash = range.last};
  feed.path_kind = column.path_kind;
  ROOST_TRY(
      FeedNamed(database.TableOf(column), column.name, feed, crew, [&] { counter.Take(rows); }));
  return counter.Finish(rows);
}

using Texts = std::unordered_map<uint64_t, std::string>;
/// By hash; integers need none.
Result<Texts> ReadTexts(const Database& database, const Column& column, bool with_fractions,
                        HashRange range, const Crew& crew) {
  Texts texts;
  if (column.sketch.only_integers()) return texts;
  ROOST_TRY(FeedColumn(database, column,
                       {.texts = &texts,
                        .first_hash = range.first,
                        .last_hash = range.last,
                        .with_fractions = with_fractions},
                       crew));
  return texts;
}

}  // namespace

Result<ValueStore::Kept> ReadColumn(const Table& table, const std::string& name, bool with_texts,
                                    const Crew& crew) {
  ValueStore::Kept kept;
  kept.rows.reserve(table.rows);
  ROOST_TRY(FeedNamed(
      table, name, {.row_hashes = &kept.rows, .texts = with_texts ? &kept.texts : nullptr}, crew));
  return kept;
}

Status FeedColumn(const Database& database, const Column& column, ColumnFeed feed,
                  const Crew& crew) {
  feed.path_kind = column.path_kind;
  return FeedNamed(database.TableOf(column), column.name, std::move(feed), crew);
}

void ValueStore::Count(Entry& entry) {
  uint64_t bytes = entry.rows ? entry.rows->size() * 8 : 0;
  if (entry.distinct) bytes += entry.distinct->hashes.size() * kBytesOfDistinct;
  if (entry.values) bytes += entry.values->hashes.size() * sizeof(uint64_t);
  if (entry.ranks) bytes += entry.ranks->size() * 4;
  bytes_ += bytes - entry.bytes;
  entry.bytes = bytes;
}

void ValueStore::MakeRoomFor(uint64_t wanted) {
  while (bytes_ + wanted > memory_bytes_) {
    auto oldest = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->second.pinned || it->second.bytes == 0) continue;
      if (oldest == entries_.end() || it->second.used < oldest->second.used) oldest = it;
    }
    if (oldest == entries_.end()) return;
    bytes_ -= oldest->second.bytes;
    entries_.erase(oldest);
  }
}

Result<RowHashes> ValueStore::Rows(const Database& database, const Column& column) {
  ROOST_TRY(crew_.CheckStop());
  ROOST_TRY(LoadRows(database, {column.id}));
  RowHashes rows = entries_[column.id].rows;
  MakeRoom();
  return rows;
}

Status ValueStore::LoadRows(const Database& database, const std::vector<int>& columns) {
  std::vector<RowsToRead> pieces;
  std::map<int, std::shared_ptr<std::vector<uint64_t>>> read;
  for (int id : columns) {
    Entry& entry = entries_[id];
    entry.used = ++clock_;
    if (entry.rows || read.contains(id)) continue;
    const Column& column = database.ColumnAt(id);
    const Table& table = database.TableOf(column);
    auto rows = std::make_shared<std::vector<uint64_t>>();
    read[id] = rows;
    if (column.IsList()) {  // how many items a row group has is not known
      ROOST_TRY(FeedColumn(database, column, {.row_hashes = rows.get()}, crew_));
      continue;
    }
    rows->resize(table.rows);
    uint64_t row = 0;
    for (const auto& part : table.parts) {
      for (int group = 0; group < part->row_groups(); ++group) {
        pieces.push_back({&column, part.get(), group, rows.get(), row});
        row += static_cast<uint64_t>(part->RowGroupRows(group));
      }
    }
  }
  ROOST_TRY(
      ForEachTask(pieces.size(), crew_, [&](size_t at) { return ReadRows(pieces[at], crew_); }));
  for (auto& [id, rows] : read) {
    entries_[id].rows = std::move(rows);
    Count(entries_[id]);
  }
  return Status::OK();
}

Result<Distinct> ValueStore::DistinctOf(const Database& database, const Column& column) {
  ROOST_TRY(LoadDistinct(database, {column.id}));
  Distinct distinct = entries_[column.id].distinct;
  MakeRoom();
  return distinct;
}

Result<std::vector<std::string>> ValueStore::TextsOf(const Database& database, const Column& column,
                                                     const std::vector<uint64_t>& hashes) const {
  std::vector<std::string> texts;
  if (hashes.empty()) return texts;
  auto entry = entries_.find(column.id);
  bool kept = entry != entries_.end() && !entry->second.texts.empty();
  Texts read;
  if (!kept) {
    auto [first, last] = std::minmax_element(hashes.begin(), hashes.end());
    ROOST_ASSIGN(read, ReadTexts(database, column, true, {*first, *last}, crew_));
  }
  const Texts& known = kept ? entry->second.texts : read;
  for (uint64_t hash : hashes) {
    auto text = known.find(hash);
    texts.push_back(text != known.end() ? text->second
                                        : IntegerText(column, sketch::IntegerOfHash(hash)));
  }
  return texts;
}

Status ValueStore::LoadDistinct(const Database& database, const std::vector<int>& columns) {
  std::vector<int> missing;
  for (int id : columns) {
    Entry& entry = entries_[id];
    entry.used = ++clock_;
    if (!entry.distinct) missing.push_back(id);
  }
  ROOST_TRY(ForEachTask(missing.size(), crew_, [&](size_t task) -> Status {
    Entry& entry = entries_.find(missing[task])->second;  // no entry is added meanwhile
    if (entry.rows) {
      entry.distinct = std::make_shared<DistinctColumn>(CountValues(*entry.rows));
      return Status::OK();
    }
    const Column& column = database.ColumnAt(missing[task]);
    ROOST_ASSIGN(DistinctColumn distinct,
                 ReadDistinct(database, column, {}, MostBytesOfCounter(), crew_));
    entry.distinct = std::make_shared<DistinctColumn>(std::move(distinct));
    return Status::OK();
  }));
  for (int id : missing) Count(entries_[id]);
  return Status::OK();
}

Distinct ValueStore::Known(const Column& column, bool with_counts) {
  auto found = entries_.find(column.id);
  if (found != entries_.end() && found->second.distinct) return found->second.distinct;
  if (with_counts) return nullptr;
  if (auto run = RunOf(column)) {
    return std::make_shared<DistinctColumn>(DistinctColumn{{}, {}, *run});
  }
  if (!column.sketch.distinct().exact()) return nullptr;
  Entry& entry = entries_[column.id];
  entry.used = ++clock_;
  if (!entry.values) {
    entry.values =
        std::make_shared<DistinctColumn>(DistinctColumn{column.sketch.distinct().Hashes(), {}});
    Count(entry);
  }
  return entry.values;
}

Status ValueStore::ForEach(const Database& database, const std::vector<int>& columns,
                           bool with_counts, const Look& look) {
  ROOST_TRY(crew_.CheckStop());
  std::vector<Distinct> known(columns.size());
  std::vector<int> unknown;
  uint64_t bytes = 0, bytes_of_runs = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    known[i] = Known(database.ColumnAt(columns[i]), with_counts);
    if (known[i]) {
      if (known[i]->run) bytes_of_runs += known[i]->size() * kBytesOfDistinct;
      continue;
    }
    unknown.push_back(columns[i]);
    bytes += database.ColumnAt(columns[i]).distinct * kBytesOfDistinct;
  }
  unsigned bits = 0;
  if (bytes > memory_bytes_ / 2) bytes += bytes_of_runs;  // ranges hold them as hashes
  while (bits < kMostRangeBits && (bytes >> bits) > memory_bytes_ / 2) ++bits;
  std::vector<Distinct> distinct = known;
  if (bits == 0) {
    MakeRoomFor(bytes);
    ROOST_TRY(LoadDistinct(database, unknown));
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!known[i]) distinct[i] = entries_[columns[i]].distinct;
    }
    look(distinct);
    MakeRoom();
    return Status::OK();
  }
  MakeRoomFor(memory_bytes_);
  for (uint64_t index = 0; index < uint64_t{1} << bits; ++index) {
    HashRange range = RangeOf(index, bits);
    std::fill(distinct.begin(), distinct.end(), nullptr);
    ROOST_TRY(ForEachTask(columns.size(), crew_, [&](size_t at) -> Status {
      if (known[at]) {
        distinct[at] = std::make_shared<DistinctColumn>(Cut(*known[at], range));
        return Status::OK();
      }
      ROOST_ASSIGN(auto part, ReadDistinct(database, database.ColumnAt(columns[at]), range,
                                           MostBytesOfCounter(), crew_));
      distinct[at] = std::make_shared<DistinctColumn>(std::move(part));
      return Status::OK();
    }));
    if (!look(distinct)) return Status::OK();
  }
  return Status::OK();
}

Status ValueStore::LoadRanksOfFirstRange(const Database& database, const std::vector<int>& columns,
                                         const std::vector<Distinct>& first,
                                         std::vector<Ranks>& ranks) {
  ranks.resize(columns.size());
  return ForEachTask(columns.size(), crew_, [&](size_t at) -> Status {
    auto entry = entries_.find(columns[at]);
    bool whole = entry != entries_.end() && entry->second.distinct == first[at];
    if (whole && entry->second.ranks) {
      ranks[at] = entry->second.ranks;
      return Status::OK();
    }
    const Column& column = database.ColumnAt(columns[at]);
    HashRange range;
    if (!whole && !first[at]->hashes.empty()) range.last = first[at]->hashes.back();
    ROOST_ASSIGN(Texts texts, ReadTexts(database, column, false, range, crew_));
    ranks[at] = std::make_shared<std::vector<float>>(RanksBy(column, *first[at], texts));
    return Status::OK();
  });
}

}  // namespace roost::relate
