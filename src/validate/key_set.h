// Collects the different keys of one or more columns, sorted: what references, unique keys,
// capacities and dependencies need to know of a table.
//
// The keys of one integer column are its values. Those of texts, and of several columns together,
// are 64-bit hashes: keys that differ have one hash with a chance of 1 in 2^64, which may hide an
// orphan, and never a key that comes twice. Sets of parts are kept and merged, so that only new
// parts are read; one that was kept and has no gaps stays a range while nobody asks for its keys.
// Past the most keys that are wanted it gives up, and SQL has to judge. Not thread-safe, but
// counted sets are to read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sketch/byte_order.h"
#include "validate/batch_column.h"

namespace roost::validate {

/// The columns of a key, of integers and texts, in the order in which rules compare them.
using KeyColumns = std::vector<const shred::FinalColumn*>;
/// Whether their keys can be collected.
bool CanBeKeys(const KeyColumns& columns);
/// What kept keys go by.
std::string KeyMark(const KeyColumns& columns, bool are_counted);
bool IsKeyMark(std::string_view mark);

class KeySet {
 public:
  static constexpr size_t kMost = size_t{1} << 25;
  /// Of tables with more rows keys are not counted.
  static constexpr uint64_t kMostCounted = uint64_t{1} << 32;

  enum class Counting : bool { kNo, kYes };
  /// What is collected. With more than `most` different keys a set gives up.
  struct Plan {
    Counting counting = Counting::kNo;
    uint64_t most = kMost;
  };
  explicit KeySet(Counting counting = Counting::kNo) : KeySet(Plan{counting, kMost}) {}
  explicit KeySet(Plan plan)
      : counting_(plan.counting), most_(std::min<uint64_t>(plan.most, kMost)) {}

  /// Settle must be called after the last batch, before anything else.
  void Take(std::span<BatchColumn* const> columns);
  void Settle();
  void Merge(KeySet&& other);

  uint64_t rows() const { return rows_; }  // that have a value in all columns
  /// No key comes twice; only while it has not given up.
  bool is_unique() const { return rows_ == size(); }
  bool has_given_up() const { return given_up_; }
  bool is_counted() const { return counting_ == Counting::kYes; }
  size_t size() const { return ranged_ + keys_.size(); }
  const std::vector<int64_t>& keys() const;
  /// How often each key comes; empty where they are not counted.
  const std::vector<uint32_t>& counts() const { return counts_; }
  bool Has(int64_t key) const;
  /// Keys that `others` lack.
  std::vector<int64_t> Without(const KeySet& others) const;

  void Save(sketch::ByteWriter& to) const;
  static Result<KeySet> Load(sketch::ByteReader& from);

 private:
  bool Extend(const KeySet& other);
  void MergeKeys(std::vector<int64_t>&& more, std::vector<uint32_t>&& counts);
  void MergeFromBack(const std::vector<int64_t>& more, const std::vector<uint32_t>& counts);

  Counting counting_;
  uint64_t most_;
  uint64_t rows_ = 0;
  bool given_up_ = false;
  // The keys are those of a range (none, if it is empty), or else the listed ones.
  mutable uint64_t ranged_ = 0;
  int64_t first_ = 0;
  mutable std::vector<int64_t> keys_;
  std::vector<int64_t> pending_;
  std::vector<uint32_t> counts_;
};

/// The key of a row of a batch in all of whose columns there is a value.
int64_t KeyAt(std::span<BatchColumn* const> columns, int64_t row);
/// The same of values that are written as text.
int64_t KeyOf(const KeyColumns& columns, const std::vector<std::string>& values);

}  // namespace roost::validate
