// Turns random bits into numbers of a distribution, by its quantiles.
//
// Numbers are whole multiples of 10^-decimals, so that everything after the table is whole-number
// arithmetic. At() is monotone: more bits, no smaller number. That makes shared-out ("dealt")
// numbers possible: n rows take the n-th parts of the distribution, one each, all shifted by the
// same random part; then their sum lies between LowerSum(n) and UpperSum(n), whose difference is
// that of one row alone. Plans are built on these bounds. Immutable and thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "generate/random.h"
#include "world/world.h"

namespace roost::generate {

class Sampler {
 public:
  Sampler() = default;
  Sampler(const world::Distribution& distribution, int decimals);
  /// Every number from low to high alike.
  Sampler(int64_t low, int64_t high) : low_(low), high_(high) {}

  int64_t At(uint64_t bits) const {
    if (!quantiles_)
      return limits_ ? FromSteps(bits) : low_ + static_cast<int64_t>(Below(bits, Span()));
    uint64_t step = bits >> (64 - kStepBits);
    auto part = static_cast<int64_t>((bits >> (48 - kStepBits)) & 0xffff);
    int64_t from = quantiles_[step], span = quantiles_[step + 1] - from;
    // span * part / 2^16, in two halves that cannot overflow.
    int64_t between = (span >> 16) * part + (((span & 0xffff) * part) >> 16);
    return (from + between + (1 << (kFractionBits - 1))) >> kFractionBits;
  }
  /// The number of part `i` of `n` (both below 2^31), shifted by `shift`.
  int64_t Dealt(uint64_t i, uint64_t n, uint64_t shift) const {
    // (i * 2^64 + shift) / n, exactly, in two steps of 32 bits.
    uint64_t high = (i << 32) + (shift >> 32);
    uint64_t low = (high % n << 32) | (shift & 0xffffffff);
    return At((high / n << 32) + low / n);
  }

  int64_t low() const { return low_; }
  int64_t high() const { return high_; }
  bool is_constant() const { return low_ == high_; }
  double Mean() const;
  int64_t LowerSum(uint64_t n) const;
  int64_t UpperSum(uint64_t n) const;

 private:
  // Quantiles i / kSteps in units of 2^-16; or, where `limits` is there, steps of a few values.
  static constexpr uint32_t kStepBits = 10, kFractionBits = 16;
  struct Table {
    std::vector<int64_t> quantiles;
    std::vector<uint64_t> limits;  // value i up to, but without, limits[i]
    std::vector<int64_t> values;
  };
  uint64_t Span() const { return static_cast<uint64_t>(high_ - low_) + 1; }
  int64_t FromSteps(uint64_t bits) const {
    size_t i = 0;
    while (bits >= limits_[i] && i + 1 < count_) ++i;
    return quantities_[i];
  }
  void MakeSteps(const world::Distribution& distribution, double scale);
  void MakeQuantiles(const world::Distribution& distribution, double scale);

  int64_t low_ = 0, high_ = 0;
  std::shared_ptr<const Table> table_;  // null: all alike
  const int64_t* quantiles_ = nullptr;  // into the table, as are the others
  const uint64_t* limits_ = nullptr;
  const int64_t* quantities_ = nullptr;
  size_t count_ = 0;
};

/// Maps random bits to 0 .. n-1 so that few of them come often: bits^popularity, by a table.
class Skew {
 public:
  explicit Skew(double popularity = 1);
  uint64_t Index(uint64_t bits, uint64_t n) const { return Below(powers_ ? Power(bits) : bits, n); }
  bool is_even() const { return !powers_; }
  /// `bits` as a fraction of 2^64, raised to the popularity; monotone.
  uint64_t Power(uint64_t bits) const;

 private:
  std::shared_ptr<const std::vector<uint64_t>> powers_;  // null: all alike
};

/// Draws an index with the given weights (Walker's alias method).
class WeightedIndex {
 public:
  WeightedIndex() = default;
  /// `weights` may be empty: `count` alike.
  WeightedIndex(size_t count, const std::vector<double>& weights);

  uint32_t At(uint64_t bits) const {
    auto slot = static_cast<uint32_t>(Below(bits, count_));
    if (slots_.empty()) return slot;
    // The low half of the bits is independent of the slot, up to count_ / 2^32.
    return static_cast<uint32_t>(bits) < slots_[slot].limit ? slot : slots_[slot].other;
  }
  uint32_t count() const { return count_; }

 private:
  struct Slot {
    uint32_t limit, other;
  };
  uint32_t count_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace roost::generate
