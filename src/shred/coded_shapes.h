// Finds the number of a shape by the codes that the walker collects while it reads a record.
//
// A code is a key's number with what its value is; a row of them says as much as the shape's text
// (docs/formats/tables.md, "Shapes"), and is compared in a few nanoseconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/buffer.h"

namespace roost::shred {

using Code = uint32_t;

struct Codes {
  const Code* data;
  size_t count;
};

constexpr Code kEndOfObject = ~0u;

/// `letter` is what a shape's text has for the value: one of s { e t l j.
constexpr Code CodeOf(uint32_t key, char letter) {
  return key << 8 | static_cast<unsigned char>(letter);
}
/// The code of the same key with another kind of value.
constexpr Code WithLetter(Code code, char letter) {
  return (code & ~0xffu) | static_cast<unsigned char>(letter);
}

/// Writes the text of a shape; `quoted_keys` as Spellings keeps them.
void SpellShape(Codes codes, const std::vector<std::string>& quoted_keys, std::string& text);

class CodedShapes {
 public:
  static constexpr uint32_t kUnknown = ~0u;

  /// The number that was added for these codes, or kUnknown.
  uint32_t Find(Codes codes) {
    if (IsAt(last_, codes)) [[likely]]
      return entries_[last_].shape;
    return Look(codes);
  }
  void Add(Codes codes, uint32_t shape);

 private:
  struct Entry {
    uint32_t hash, first, count;  // the codes are those at `first` of pool_
    uint32_t shape;
  };

  bool IsAt(size_t entry, Codes codes) const {
    if (entry >= entries_.size() || entries_[entry].count != codes.count) return false;
    const Code* known = pool_.data() + entries_[entry].first;
    // One by one: the codes were stored just now, and wider loads would wait for these stores.
    for (size_t i = 0; i < codes.count; ++i) {
      if (codes.data[i] != known[i]) return false;
    }
    return true;
  }
  uint32_t Look(Codes codes);
  void Insert(uint32_t entry);

  std::vector<Entry> entries_;
  Buffer<Code> pool_;
  std::vector<uint32_t> slots_;  // entry + 1, or 0; open addressing
  size_t last_ = 0;
};

}  // namespace roost::shred
