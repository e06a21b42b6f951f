// Keeps a set of 64-bit hashes in one flat table; 0 (null) cannot be in it.
//
// The hashes are uniform already, so their low bits are the place. Not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace roost::sketch {

class HashSet {
 public:
  explicit HashSet(size_t expected = 0) { Grow(expected); }

  /// False if the hash was there.
  bool Insert(uint64_t hash) {
    size_t at = hash & mask_;
    while (slots_[at] != 0) {
      if (slots_[at] == hash) return false;
      at = (at + 1) & mask_;
    }
    slots_[at] = hash;
    if (++size_ * 2 > slots_.size()) Grow(size_ * 2);
    return true;
  }
  bool Contains(uint64_t hash) const {
    size_t at = hash & mask_;
    while (slots_[at] != 0) {
      if (slots_[at] == hash) return true;
      at = (at + 1) & mask_;
    }
    return false;
  }
  size_t size() const { return size_; }
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (uint64_t hash : slots_) {
      if (hash != 0) visit(hash);
    }
  }

 private:
  void Grow(size_t expected) {
    size_t capacity = 16;
    while (capacity < expected * 2) capacity *= 2;
    std::vector<uint64_t> old(capacity);
    old.swap(slots_);
    mask_ = capacity - 1;
    for (uint64_t hash : old) {
      if (hash == 0) continue;
      size_t at = hash & mask_;
      while (slots_[at] != 0) at = (at + 1) & mask_;
      slots_[at] = hash;
    }
  }

  std::vector<uint64_t> slots_;
  size_t size_ = 0, mask_ = 0;
};

}  // namespace roost::sketch
