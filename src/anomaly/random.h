// Gives random numbers that depend on a seed alone, the same on every machine: SplitMix64.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace roost::anomaly {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Bits() {
    uint64_t bits = state_ += 0x9E3779B97F4A7C15;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  }
  /// From 0 to below 1.
  double Share() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }
  uint64_t Below(uint64_t end) { return static_cast<uint64_t>(Share() * static_cast<double>(end)); }
  /// Of mean 0 and variance 1.
  double Normal() {
    double radius = std::sqrt(-2 * std::log(1 - Share()));
    return radius * std::cos(2 * std::numbers::pi * Share());
  }

 private:
  uint64_t state_;
};

}  // namespace roost::anomaly
