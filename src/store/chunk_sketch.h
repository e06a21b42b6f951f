// Counts the values of a column chunk while its pages are encoded, where that costs next to
// nothing: in dictionaries, whose entries are counted by their numbers, and of integers, dates and
// bools that lie close together.
//
// A chunk with any other page has no sketch, and its part's column is read for one by whoever needs
// it. docs/performance.md says what other pages would cost. Belongs to one thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "shred/column.h"
#include "store/chunk.h"

namespace roost::store {

class ChunkSketch {
 public:
  /// One page each.
  void AddCodes(const uint32_t* codes, uint32_t count, size_t entries);
  void AddBools(const uint8_t* values, uint32_t count) { AddWindow(values, count); }
  /// One page of integers or days.
  void AddNear(const int64_t* values, uint32_t count) { AddWindow(values, count); }
  void AddNear(const int32_t* values, uint32_t count) { AddWindow(values, count); }
  /// Beside AddCodes, for words.
  void AddOrder(const uint64_t* words, uint32_t count, bool is_double);
  void GiveUp() { gave_up_ = true; }

  /// A sketch::ColumnSketch, saved; empty if the chunk has none. `words` are the dictionary of
  /// numbers, `texts` that of texts, null where there is none.
  std::string Finish(const ChunkFacts& facts, const Buffer<uint64_t>& words,
                     const shred::Dictionary* texts) const;
  void Reset();
  uint64_t held_bytes() const { return counts_.held_bytes(); }

 private:
  static constexpr uint64_t kWindow = 1 << 16;  // from the least to the greatest value

  template <typename Integer>
  void AddWindow(const Integer* values, uint32_t count);
  /// False if it would become too wide.
  bool Widen(int64_t least, int64_t greatest);

  enum class Counted : uint8_t { kNothing, kCodes, kWindow };
  Counted counted_ = Counted::kNothing;
  bool gave_up_ = false, sorted_ = true, has_order_ = false;
  int64_t base_ = 0;   // of a window
  uint64_t last_ = 0;  // as a word
  uint64_t values_ = 0;
  Buffer<uint32_t> counts_;  // by code, or by value less the base
};

}  // namespace roost::store
