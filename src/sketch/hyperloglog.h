// Counts distinct hashes in 16 kB: HyperLogLog with 2^14 registers.
//
// Flajolet, Fusy, Gandouet and Meunier (2007); the estimate is Ertl's (2017, "New cardinality
// estimation algorithms for HyperLogLog sketches"), which needs no tables of biases and is good
// from zero to 2^50. Standard error 1.04 / sqrt(2^14) = 0.8 %. Merging gives exactly the registers
// of one pass over both. Not thread-safe.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "sketch/byte_order.h"

namespace roost::sketch {

class HyperLogLog {
 public:
  static constexpr int kPrecision = 14;
  static constexpr double kStandardError = 0.0081;

  HyperLogLog() : registers_(size_t{1} << kPrecision) {}

  void Add(uint64_t hash) {
    uint64_t rest = hash << kPrecision | (uint64_t{1} << (kPrecision - 1));
    auto rank = static_cast<uint8_t>(std::countl_zero(rest) + 1);
    uint8_t& register_ = registers_[hash >> kValueBits];
    if (rank > register_) register_ = rank;  // seldom, after a few thousand
  }
  void Merge(const HyperLogLog& other);
  double Estimate() const;

  void Save(ByteWriter& to) const;
  static Result<HyperLogLog> Load(ByteReader& from);

  friend bool operator==(const HyperLogLog&, const HyperLogLog&) = default;

 private:
  static constexpr int kValueBits = 64 - kPrecision;

  std::vector<uint8_t> registers_;
};

}  // namespace roost::sketch
