// Finds the most frequent values of a column: Misra-Gries with 64 counters.
//
// Any value that makes up more than 1/64 of the rows is among them; a count is too low by at most
// error() (0 while the column has no more than 128 values). When the table is full, the middle
// count is taken off all (Anderson et al. 2017, as Apache DataSketches does), which costs two steps
// a row on average. A value's text is copied when it comes a second time, so columns of unique
// values cost no copies. Merge keeps the same promise over both. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sketch/byte_order.h"

namespace roost::sketch {

class TopValues {
 public:
  static constexpr size_t kCounters = 64;

  struct Entry {
    uint64_t hash = 0, count = 0;
    std::string text;  // as far as 80 bytes; empty until seen twice
    bool has_text = false;
  };

  /// `text` is called when it is needed.
  template <typename MakeText>
  void Add(uint64_t hash, uint64_t count, MakeText text) {
    Entry& entry = Find(hash);
    bool again = entry.count > 0 || count > 1;
    if (again && !entry.has_text) {
      entry.text = text();
      entry.has_text = true;
    }
    Count(entry, hash, count);
  }
  void Merge(const TopValues& other);

  /// By count, then text; those that were seen once have no text and are left out.
  std::vector<Entry> Top(size_t count) const;
  uint64_t error() const { return error_; }

  void Save(ByteWriter& to) const;
  /// Of a column of `values`: no more can be counted.
  static Result<TopValues> Load(ByteReader& from, uint64_t values);

 private:
  static constexpr size_t kSlots = 256;

  Entry& Find(uint64_t hash) {
    size_t at = hash % kSlots;
    while (entries_[at].count != 0 && entries_[at].hash != hash) at = (at + 1) % kSlots;
    return entries_[at];
  }
  void Count(Entry& entry, uint64_t hash, uint64_t count) {
    used_ += entry.count == 0;
    entry.hash = hash;
    entry.count += count;
    if (used_ > 2 * kCounters) Shrink();
  }
  void Shrink();

  std::vector<Entry> entries_ = std::vector<Entry>(kSlots);
  size_t used_ = 0;
  uint64_t error_ = 0;
};

}  // namespace roost::sketch
