#include "relate/value_store.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>

#include "export/part.h"
#include "relate/column_feed.h"
#include "relate/integer_text.h"
#include "relate/parallel.h"

namespace roost::relate {

namespace {

constexpr uint64_t kMaxCount = UINT32_MAX;
constexpr size_t kFewTexts = 128;

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

Status FeedNamed(const Table& table, const std::string& name, ColumnFeed feed) {
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      ROOST_ASSIGN(auto reader, part->ReadRows(group, {name}));
      std::shared_ptr<arrow::RecordBatch> batch;
      while (true) {
        ROOST_TRY(reader->ReadNext(&batch));
        if (!batch) break;
        if (batch->num_columns() == 1) {
          ROOST_TRY(feed.Take(*batch->column(0)));
        } else {  // a part from before the column was there
          ROOST_ASSIGN(auto nulls, arrow::MakeArrayOfNull(arrow::null(), batch->num_rows()));
          ROOST_TRY(feed.Take(*nulls));
        }
      }
    }
  }
  return Status::OK();
}

Result<std::vector<uint64_t>> ReadRows(const Database& database, const Column& column) {
  std::vector<uint64_t> rows;
  rows.reserve(database.TableOf(column).rows);
  ROOST_TRY(FeedColumn(database, column, {.row_hashes = &rows}));
  return rows;
}

using Texts = std::unordered_map<uint64_t, std::string>;
/// By hash; integers need none.
Result<Texts> ReadTexts(const Database& database, const Column& column, bool with_fractions) {
  Texts texts;
  if (column.sketch.only_integers()) return texts;
  ROOST_TRY(FeedColumn(database, column, {.texts = &texts, .with_fractions = with_fractions}));
  return texts;
}

}  // namespace

Result<ValueStore::Kept> ReadColumn(const Table& table, const std::string& name, bool with_texts) {
  ValueStore::Kept kept;
  kept.rows.reserve(table.rows);
  ROOST_TRY(FeedNamed(table, name,
                      {.row_hashes = &kept.rows, .texts = with_texts ? &kept.texts : nullptr}));
  return kept;
}

Status FeedColumn(const Database& database, const Column& column, ColumnFeed feed) {
  feed.path_kind = column.path_kind;
  return FeedNamed(database.TableOf(column), column.name, std::move(feed));
}

void ValueStore::Count(Entry& entry) {
  uint64_t bytes = entry.rows ? entry.rows->size() * 8 : 0;
  if (entry.distinct) bytes += entry.distinct->hashes.size() * 12;
  if (entry.ranks) bytes += entry.ranks->size() * 4;
  bytes_ += bytes - entry.bytes;
  entry.bytes = bytes;
}

void ValueStore::MakeRoom() {
  while (bytes_ > memory_bytes_) {
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
  Entry& entry = entries_[column.id];
  entry.used = ++clock_;
  if (!entry.rows) {
    ROOST_ASSIGN(auto rows, ReadRows(database, column));
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
    ROOST_ASSIGN(read, ReadTexts(database, column, true));
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
  ROOST_TRY(ForEachTask(missing.size(), threads_, [&](size_t task) -> Status {
    Entry& entry = entries_.find(missing[task])->second;  // no entry is added meanwhile
    if (entry.rows) {
      entry.distinct = std::make_shared<DistinctColumn>(CountValues(*entry.rows));
      return Status::OK();
    }
    const Column& column = database.ColumnAt(missing[task]);
    ROOST_ASSIGN(auto rows, ReadRows(database, column));
    entry.distinct = std::make_shared<DistinctColumn>(CountValues(std::move(rows)));
    return Status::OK();
  }));
  for (int id : missing) Count(entries_[id]);
  return Status::OK();
}

Status ValueStore::LoadRanks(const Database& database, const std::vector<int>& columns) {
  ROOST_TRY(LoadDistinct(database, columns));
  std::vector<int> missing;
  for (int id : columns) {
    if (!entries_[id].ranks) missing.push_back(id);
  }
  ROOST_TRY(ForEachTask(missing.size(), threads_, [&](size_t task) -> Status {
    Entry& entry = entries_.find(missing[task])->second;
    const Column& column = database.ColumnAt(missing[task]);
    Kept kept;
    if (!column.sketch.only_integers()) {
      ROOST_ASSIGN(kept, ReadColumn(database.TableOf(column), column.name, true));
    }
    entry.ranks =
        std::make_shared<std::vector<float>>(RanksBy(column, *entry.distinct, kept.texts));
    return Status::OK();
  }));
  for (int id : missing) Count(entries_[id]);
  return Status::OK();
}

Result<Ranks> ValueStore::RanksOf(const Database& database, const Column& column) {
  ROOST_TRY(LoadRanks(database, {column.id}));
  Ranks ranks = entries_[column.id].ranks;
  MakeRoom();
  return ranks;
}

}  // namespace roost::relate
