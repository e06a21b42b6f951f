// Gives the values of columns as hashes: row by row, distinct, and in order. Reads what it needs
// from the Parquet parts and keeps it while memory lasts. Each answer that needs work may be
// Cancelled by the crew's should_stop.
//
// All answers are exact (see sketch/value_hash.h for how exact hashes are). Not thread-safe;
// the spans and references it gives hold until the next call.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "relate/column_feed.h"
#include "relate/database.h"
#include "relate/distinct_column.h"
#include "relate/parallel.h"

namespace roost::relate {

using RowHashes = std::shared_ptr<const std::vector<uint64_t>>;
using Distinct = std::shared_ptr<const DistinctColumn>;
/// Place of each distinct value in the order of values, 0 to 1; beside DistinctColumn::hashes.
using Ranks = std::shared_ptr<const std::vector<float>>;

class ValueStore {
 public:
  void SetLimits(uint64_t memory_bytes, Crew crew) {
    memory_bytes_ = memory_bytes;
    crew_ = std::move(crew);
  }

  /// Null is sketch::kNullHash. For lists: items, so not rows of the table.
  Result<RowHashes> Rows(const Database& database, const Column& column);
  Result<Distinct> DistinctOf(const Database& database, const Column& column);

  /// The texts of some values; numbers are written out.
  Result<std::vector<std::string>> TextsOf(const Database& database, const Column& column,
                                           const std::vector<uint64_t>& hashes) const;

  /// Read several columns at once, by several threads, for calls that will follow.
  Status LoadDistinct(const Database& database, const std::vector<int>& columns);
  Status LoadRows(const Database& database, const std::vector<int>& columns);

  /// Shows the distinct values of `columns` to `look`, one beside the other, in ranges of hashes
  /// that fit the memory; mostly that is one range with all. Ends early if `look` says false.
  using Look = std::function<bool(const std::vector<Distinct>&)>;
  Status ForEachRange(const Database& database, const std::vector<int>& columns, const Look& look) {
    return ForEach(database, columns, true, look);
  }
  /// The same, but where sketches know all values of a column it is not read for their counts.
  Status ForEachRangeOfValues(const Database& database, const std::vector<int>& columns,
                              const Look& look) {
    return ForEach(database, columns, false, look);
  }
  /// Beside these two: places of the values of its first range.
  Status LoadRanksOfFirstRange(const Database& database, const std::vector<int>& columns,
                               const std::vector<Distinct>& first, std::vector<Ranks>& ranks);

  /// True if so many bytes may be taken for a while.
  bool Fits(uint64_t bytes) const { return bytes <= memory_bytes_; }
  const Crew& crew() const { return crew_; }

  /// What the first pass saw of a small table.
  struct Kept {
    std::vector<uint64_t> rows;
    std::unordered_map<uint64_t, std::string> texts;
  };
  void Keep(const Column& column, Kept kept);

 private:
  struct Entry {
    RowHashes rows;
    Distinct distinct;
    Distinct values;  // without counts, by the sketch
    Ranks ranks;
    std::unordered_map<uint64_t, std::string> texts;  // of small tables' columns of few values
    bool pinned = false;                              // of small tables
    uint64_t used = 0;                                // when, for throwing out
    uint64_t bytes = 0;                               // as counted in bytes_
  };

  Status ForEach(const Database& database, const std::vector<int>& columns, bool with_counts,
                 const Look& look);
  /// What is known without a read; null if that is nothing.
  Distinct Known(const Column& column, bool with_counts);
  uint64_t MostBytesOfCounter() const { return memory_bytes_ / kShareOfCounter; }
  void Count(Entry& entry);
  void MakeRoom() { MakeRoomFor(0); }
  void MakeRoomFor(uint64_t bytes);

  static constexpr uint64_t kShareOfCounter = 8;

  std::unordered_map<int, Entry> entries_;
  uint64_t memory_bytes_ = 512ull << 20, clock_ = 0, bytes_ = 0;
  Crew crew_;
};

/// The values of any column of a table, technical ones too; texts on demand.
Result<ValueStore::Kept> ReadColumn(const Table& table, const std::string& name, bool with_texts,
                                    const Crew& crew);
/// Hands the values of a row group to `feed`; nulls where the part lacks the column.
Status FeedGroup(const exporting::Part& part, int group, const std::string& name, ColumnFeed& feed,
                 const Crew& crew, const std::function<void()>& after_batch = {});
/// Hands all values of a column, derived ones too, to `feed`.
Status FeedColumn(const Database& database, const Column& column, ColumnFeed feed,
                  const Crew& crew);

}  // namespace roost::relate
