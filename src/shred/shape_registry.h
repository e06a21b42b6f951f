// Numbers the distinct shapes of a table, up to a limit; beyond it shapes are spelled out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shred/slab.h"

namespace roost::shred {

// A table with more shapes than this is published with its shapes spelled out.
constexpr size_t kMaxShapes = 4096;
constexpr size_t kMaxShapeBytes = 16 << 20;  // text of all shapes of a table
// A shredder numbers more than that: what has a number is written by the fast way and spelled out
// when the run ends. Spelling rows out one by one made 5,000 shapes ten times slower than one.
constexpr size_t kMaxNumberedShapes = 1 << 16;
constexpr size_t kMaxNumberedBytes = 32 << 20;

uint64_t ShapeHash(std::string_view text);

class ShapeRegistry {
 public:
  static constexpr uint32_t kSpelled = UINT32_MAX;

  /// The number of a shape, or kSpelled when it has none and the limits are reached.
  uint32_t NumberOf(std::string_view text, uint64_t hash);
  /// A passing number for a spelled-out shape; such numbers begin at size() and end with
  /// ForgetPassing, which may only be called while no row of the slab uses one.
  uint32_t AddPassing(uint64_t hash);
  void ForgetPassing() {
    hashes_.resize(texts_.size());
    passing_.clear();
  }

  void Count(uint32_t number) {
    if (number < counts_.size()) ++counts_[number];
  }
  size_t size() const { return texts_.size(); }
  bool overflowed() const { return overflowed_; }
  size_t text_bytes() const { return text_bytes_; }
  const std::string& text(uint32_t number) const { return texts_[number]; }
  /// The text, which is no longer kept here.
  std::string TakeText(uint32_t number) { return std::move(texts_[number]); }
  uint64_t count(uint32_t number) const { return counts_[number]; }
  std::span<const SlabShape> hashes() const { return hashes_; }

 private:
  std::unordered_map<uint64_t, uint32_t> numbers_;  // by hash
  std::unordered_map<uint64_t, uint32_t> passing_;
  std::vector<std::string> texts_;
  std::vector<uint64_t> counts_;
  std::vector<SlabShape> hashes_;
  size_t text_bytes_ = 0;
  bool overflowed_ = false;
};

}  // namespace roost::shred
