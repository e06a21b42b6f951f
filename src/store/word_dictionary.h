// Numbers the distinct 8-byte values of a column chunk, and gives up when there are many.
#pragma once

#include <cstdint>

#include "base/buffer.h"

namespace roost::store {

class WordDictionary {
 public:
  static constexpr uint32_t kMaxEntries = 1 << 12;

  /// Writes the number of each value to `codes`, which has room for `count`. Returns false, with
  /// the dictionary as it was, where more than `at_most` (or kMaxEntries) entries would be needed.
  bool Encode(const uint64_t* values, uint32_t count, uint32_t at_most, uint32_t* codes);

  const Buffer<uint64_t>& entries() const { return entries_; }
  size_t held_bytes() const { return entries_.held_bytes() + slots_.held_bytes(); }
  /// Forgets all entries and gives the memory back.
  void Release();

 private:
  void Rebuild(uint32_t slots);

  Buffer<uint64_t> entries_;
  Buffer<uint32_t> slots_;  // open addressing: number of an entry, or kFree
  uint32_t shift_ = 64;     // 64 - log2 of the number of slots
};

}  // namespace roost::store
