// Holds the different values of a column, as sorted hashes, with how many rows have each; counts
// them, and compares them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sketch/column_sketch.h"
#include "sketch/value_hash.h"

namespace roost::relate {

/// Integers without a gap.
struct IntegerRun {
  int64_t first = 0;
  uint64_t values = 0;
  bool is_unique = false;  // no row has the value of another

  bool HasInteger(int64_t integer) const {
    return static_cast<uint64_t>(integer) - static_cast<uint64_t>(first) < values;
  }
  bool Has(uint64_t hash) const { return HasInteger(sketch::IntegerOfHash(hash)); }
  int64_t At(uint64_t place) const {
    return static_cast<int64_t>(static_cast<uint64_t>(first) + place);
  }
};

/// The different values of a column, by hash.
struct DistinctColumn {
  std::vector<uint64_t> hashes;  // sorted
  // Rows with each; beyond 2^32 - 1 it stays there. Empty where only values were asked for.
  std::vector<uint32_t> counts;
  // Stands for the hashes of all its integers, and then there are none above: twenty million ids in
  // a row need no memory, and no sorting.
  std::optional<IntegerRun> run = {};

  uint64_t size() const { return run ? run->values : hashes.size(); }
  bool Has(uint64_t hash) const;
  bool HasCounts() const { return run ? run->is_unique : counts.size() == hashes.size(); }
};

/// A part of all hashes.
struct HashRange {
  uint64_t first = 0, last = UINT64_MAX;

  bool Has(uint64_t hash) const { return hash >= first && hash <= last; }
};
/// Of 2^bits ranges.
HashRange RangeOf(uint64_t index, unsigned bits);

/// The part of sorted values that lies in a range, as hashes.
DistinctColumn Cut(const DistinctColumn& all, HashRange range);

/// The lowest hashes, so many at most; at least as many if there are so many.
DistinctColumn LowestOf(const DistinctColumn& all, uint64_t values);

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
  /// Takes the bytes of a number for each integer from `least` to `greatest`. `keeps_others`: those
  /// beyond are counted by sorting; otherwise they leave the count incomplete.
  IntegerCounter(int64_t least, int64_t greatest, bool keeps_others = false);

  static uint64_t BytesFor(int64_t least, int64_t greatest);

  /// The next row.
  void Add(int64_t integer) {
    uint64_t place = static_cast<uint64_t>(integer) - static_cast<uint64_t>(least_);
    if (place >= counts_.size()) return AddOther(integer);
    counts_[place] += counts_[place] != UINT32_MAX;
    is_sorted_ = is_sorted_ && place >= last_;
    last_ = place;
  }
  void AddNull() { ++nulls_; }
  void AddStranger() { is_complete_ = false; }

  /// False if there were other values than was said.
  bool is_complete() const { return is_complete_; }
  /// Once, if others were kept.
  DistinctColumn Finish(HashRange range);
  /// The same as the rows would have done, but for quantiles and frequent values, which come out
  /// better.
  void AddTo(sketch::ColumnSketch& sketch) const;

 private:
  void AddOther(int64_t integer);

  int64_t least_;
  bool keeps_others_;
  std::vector<uint32_t> counts_;
  std::vector<uint64_t> others_;  // hashes, before they are counted
  ValueCounter counted_others_;
  uint64_t last_ = 0, nulls_ = 0;
  bool is_sorted_ = true, is_complete_ = true;
};

/// How many of `child`'s values the `parent` has.
struct Containment {
  uint64_t values = 0, rows = 0;  // contained: distinct values, and rows that hold them, if known
};
Containment ContainedIn(const DistinctColumn& child, const DistinctColumn& parent);
/// The lowest hashes of `child` that `parent` lacks, so many at most.
std::vector<uint64_t> LowestMissing(const DistinctColumn& child, const DistinctColumn& parent,
                                    size_t most);

}  // namespace roost::relate
