#include "relate/value_store.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>

#include "export/part.h"
#include "relate/column_feed.h"
#include "relate/integer_text.h"

namespace roost::relate {

namespace {

constexpr uint64_t kMaxCount = UINT32_MAX;
constexpr size_t kFewTexts = 128;
constexpr size_t kCountedAtOnce = 1 << 20;
constexpr uint64_t kBytesOfDistinct = 12;
constexpr unsigned kMostRangeBits = 10;

/// Least significant byte first, eight passes at most: bytes that are all the same are skipped.
void RadixSort(std::vector<uint64_t>& hashes) {
  if (hashes.size() < 4096) {
    std::sort(hashes.begin(), hashes.end());
    return;
  }
  // Hashes are uniform, so buckets by their top 12 bits are small enough to sort in cache.
  constexpr int kBits = 12;
  std::vector<size_t> ends((size_t{1} << kBits) + 1);
  for (uint64_t hash : hashes) ++ends[(hash >> (64 - kBits)) + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<uint64_t> sorted(hashes.size());
  std::vector<size_t> at(ends.begin(), ends.end() - 1);
  for (uint64_t hash : hashes) sorted[at[hash >> (64 - kBits)]++] = hash;
  for (size_t bucket = 0; bucket + 1 < ends.size(); ++bucket) {
    std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(ends[bucket]),
              sorted.begin() + static_cast<std::ptrdiff_t>(ends[bucket + 1]));
  }
  hashes = std::move(sorted);
}

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

DistinctColumn Merged(const DistinctColumn& a, const DistinctColumn& b) {
  DistinctColumn both;
  both.hashes.reserve(a.hashes.size() + b.hashes.size());
  both.counts.reserve(a.hashes.size() + b.hashes.size());
  for (size_t i = 0, j = 0; i < a.hashes.size() || j < b.hashes.size();) {
    bool from_a = j == b.hashes.size() || (i < a.hashes.size() && a.hashes[i] <= b.hashes[j]);
    bool from_b = i == a.hashes.size() || (j < b.hashes.size() && b.hashes[j] <= a.hashes[i]);
    both.hashes.push_back(from_a ? a.hashes[i] : b.hashes[j]);
    uint64_t count = (from_a ? a.counts[i] : 0ull) + (from_b ? b.counts[j] : 0ull);
    both.counts.push_back(static_cast<uint32_t>(std::min(count, kMaxCount)));
    i += from_a;
    j += from_b;
  }
  return both;
}

}  // namespace

DistinctColumn CountValues(std::vector<uint64_t> rows) {
  std::erase(rows, sketch::kNullHash);
  RadixSort(rows);
  DistinctColumn distinct;
  for (size_t i = 0; i < rows.size();) {
    size_t end = i + 1;
    while (end < rows.size() && rows[end] == rows[i]) ++end;
    distinct.hashes.push_back(rows[i]);
    distinct.counts.push_back(static_cast<uint32_t>(std::min<uint64_t>(end - i, kMaxCount)));
    i = end;
  }
  return distinct;
}

Containment ContainedIn(const DistinctColumn& child, const DistinctColumn& parent) {
  Containment contained;
  auto take = [&](size_t i) {
    ++contained.values;
    contained.rows += child.counts[i];
  };
  const std::vector<uint64_t>& in = parent.hashes;
  if (child.hashes.size() * 16 < in.size()) {
    for (size_t i = 0; i < child.hashes.size(); ++i) {
      if (std::binary_search(in.begin(), in.end(), child.hashes[i])) take(i);
    }
    return contained;
  }
  for (size_t i = 0, j = 0; i < child.hashes.size() && j < in.size();) {
    if (child.hashes[i] == in[j]) take(i);
    child.hashes[i] <= in[j] ? ++i : ++j;
  }
  return contained;
}

HashRange RangeOf(uint64_t index, unsigned bits) {
  if (bits == 0) return {};
  uint64_t first = index << (64 - bits);
  return {first, first + (UINT64_MAX >> bits)};
}

void ValueCounter::Take(std::vector<uint64_t>& rows) {
  if (rows.size() < std::max(kCountedAtOnce, so_far_.hashes.size())) return;
  so_far_ = Merged(so_far_, CountValues(std::move(rows)));
  rows = {};
}

DistinctColumn ValueCounter::Finish(std::vector<uint64_t>& rows) {
  DistinctColumn last = CountValues(std::move(rows));
  return so_far_.hashes.empty() ? last : Merged(so_far_, last);
}

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

namespace {

Status FeedNamed(const Table& table, const std::string& name, ColumnFeed feed, const Crew& crew,
                 const std::function<void()>& after_batch = {}) {
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_ASSIGN(auto reader, part->ReadRows(group, {name}));
      std::shared_ptr<arrow::RecordBatch> batch;
      while (true) {
        ROOST_TRY(crew.CheckStop());
        ROOST_TRY(reader->ReadNext(&batch));
        if (!batch) break;
        if (batch->num_columns() == 1) {
          ROOST_TRY(feed.Take(*batch->column(0)));
        } else {  // a part from before the column was there
          ROOST_ASSIGN(auto nulls, arrow::MakeArrayOfNull(arrow::null(), batch->num_rows()));
          ROOST_TRY(feed.Take(*nulls));
        }
        if (after_batch) after_batch();
      }
    }
  }
  return Status::OK();
}

Result<std::vector<uint64_t>> ReadRows(const Database& database, const Column& column,
                                       const Crew& crew) {
  std::vector<uint64_t> rows;
  rows.reserve(database.TableOf(column).rows);
  ROOST_TRY(FeedColumn(database, column, {.row_hashes = &rows}, crew));
  return rows;
}

Result<DistinctColumn> ReadDistinct(const Database& database, const Column& column, HashRange range,
                                    const Crew& crew) {
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

/// The part of sorted values that lies in a range.
DistinctColumn Cut(const DistinctColumn& all, HashRange range) {
  auto begin = std::lower_bound(all.hashes.begin(), all.hashes.end(), range.first);
  auto end = std::upper_bound(begin, all.hashes.end(), range.last);
  auto first = begin - all.hashes.begin(), last = end - all.hashes.begin();
  return {{begin, end}, {all.counts.begin() + first, all.counts.begin() + last}};
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
  if (entry.distinct) bytes += entry.distinct->hashes.size() * 12;
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
  Entry& entry = entries_[column.id];
  entry.used = ++clock_;
  if (!entry.rows) {
    ROOST_ASSIGN(auto rows, ReadRows(database, column, crew_));
    entry.rows = std::make_shared<std::vector<uint64_t>>(std::move(rows));
    Count(entry);
  }
  RowHashes rows = entry.rows;
  MakeRoom();
  return rows;
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
    ROOST_ASSIGN(DistinctColumn distinct, ReadDistinct(database, column, {}, crew_));
    entry.distinct = std::make_shared<DistinctColumn>(std::move(distinct));
    return Status::OK();
  }));
  for (int id : missing) Count(entries_[id]);
  return Status::OK();
}

Status ValueStore::ForEachRange(const Database& database, const std::vector<int>& columns,
                                const Look& look) {
  ROOST_TRY(crew_.CheckStop());
  uint64_t bytes = 0;
  for (int id : columns) {
    auto entry = entries_.find(id);
    bool pinned = entry != entries_.end() && entry->second.pinned;
    if (!pinned) bytes += database.ColumnAt(id).distinct * kBytesOfDistinct;
  }
  unsigned bits = 0;
  while (bits < kMostRangeBits && (bytes >> bits) > memory_bytes_ / 2) ++bits;
  std::vector<Distinct> distinct(columns.size());
  if (bits == 0) {
    MakeRoomFor(bytes);
    ROOST_TRY(LoadDistinct(database, columns));
    for (size_t i = 0; i < columns.size(); ++i) distinct[i] = entries_[columns[i]].distinct;
    look(distinct);
    MakeRoom();
    return Status::OK();
  }
  MakeRoomFor(memory_bytes_);
  for (uint64_t index = 0; index < uint64_t{1} << bits; ++index) {
    HashRange range = RangeOf(index, bits);
    std::fill(distinct.begin(), distinct.end(), nullptr);
    ROOST_TRY(ForEachTask(columns.size(), crew_, [&](size_t at) -> Status {
      auto entry = entries_.find(columns[at]);
      if (entry != entries_.end() && entry->second.distinct) {
        distinct[at] = std::make_shared<DistinctColumn>(Cut(*entry->second.distinct, range));
        return Status::OK();
      }
      ROOST_ASSIGN(auto part, ReadDistinct(database, database.ColumnAt(columns[at]), range, crew_));
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
