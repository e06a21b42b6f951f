// Holds the different values of a column, as sorted hashes, with how many rows have each; counts
// them, and compares them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sketch/column_sketch.h"

namespace roost::relate {

/// The different values of a column, by hash.
struct DistinctColumn {
  std::vector<uint64_t> hashes;  // sorted
  // Rows with each; beyond 2^32 - 1 it stays there. Empty where only values were asked for.
  std::vector<uint32_t> counts;

  bool HasCounts() const { return counts.size() == hashes.size(); }
};

/// A part of all hashes.
struct HashRange {
  uint64_t first = 0, last = UINT64_MAX;

  bool Has(uint64_t hash) const { return hash >= first && hash <= last; }
};
/// Of 2^bits ranges.
HashRange RangeOf(uint64_t index, unsigned bits);

/// The part of sorted values that lies in a range.
DistinctColumn Cut(const DistinctColumn& all, HashRange range);

/// Sorted distinct hashes with their counts.
DistinctColumn CountValues(std::vector<uint64_t> rows);

/// Counts values that come in any order, in little more memory than their distinct ones take.
class ValueCounter {
 public:
  /// Takes the hashes out of `rows` now and then; to be called after each batch.
  void Take(std::vector<uint64_t>& rows);
  DistinctColumn Finish(std::vector<uint64_t>& rows);

 private:
  DistinctColumn so_far_;
};

/// Counts integers that lie close together, each in its own place: far quicker than by sorting, or
/// by a sketch of each.
class IntegerCounter {
 public:
  /// Takes the bytes of a number for each integer from `least` to `greatest`.
  IntegerCounter(int64_t least, int64_t greatest);

  static uint64_t BytesFor(int64_t least, int64_t greatest);

  /// The next row.
  void Add(int64_t integer) {
    uint64_t place = static_cast<uint64_t>(integer) - static_cast<uint64_t>(least_);
    if (place >= counts_.size()) return AddStranger();
    counts_[place] += counts_[place] != UINT32_MAX;
    is_sorted_ = is_sorted_ && place >= last_;
    last_ = place;
  }
  void AddNull() { ++nulls_; }
  void AddStranger() { is_complete_ = false; }

  /// False if there were other values than was said.
  bool is_complete() const { return is_complete_; }
  DistinctColumn Finish(HashRange range) const;
  /// The same as the rows would have done, but for quantiles and frequent values, which come out
  /// better.
  void AddTo(sketch::ColumnSketch& sketch) const;

 private:
  int64_t least_;
  std::vector<uint32_t> counts_;
  uint64_t last_ = 0, nulls_ = 0;
  bool is_sorted_ = true, is_complete_ = true;
};

/// How many of `child`'s values the `parent` has.
struct Containment {
  uint64_t values = 0, rows = 0;  // contained: distinct values, and rows that hold them, if known
};
Containment ContainedIn(const DistinctColumn& child, const DistinctColumn& parent);

}  // namespace roost::relate
