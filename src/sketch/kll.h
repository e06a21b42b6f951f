// Finds quantiles of a stream of numbers in a few kilobytes: KLL.
//
// Karnin, Lang and Liberty (2016). Level h holds numbers that stand for 2^h each; a full level is
// sorted and every second number of it goes up. With k = 200 the rank of an answer is off by less
// than 1.65 % (single-sided, at 99 % confidence; Apache DataSketches publishes that bound). The
// smallest and largest numbers are exact. Which half goes up alternates, so the same stream gives
// the same sketch; Merge gives an equally good one, not the same. Not thread-safe.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sketch/byte_order.h"

namespace roost::sketch {

class Kll {
 public:
  static constexpr double kRankError = 0.0165;

  void Add(double value, uint64_t times = 1);
  void Merge(const Kll& other);

  uint64_t count() const { return count_; }
  /// The number below which `share` (0 to 1) of all lie; 0 if there are none.
  double Quantile(double share) const { return InOrder().Quantile(share); }

  /// What a sketch holds, sorted: for many questions one after the other.
  class Order {
   public:
    double Quantile(double share) const;

   private:
    friend class Kll;
    std::vector<std::pair<double, double>> numbers_;  // with the count of those up to each
    double smallest_ = 0, largest_ = 0;
  };
  Order InOrder() const;

  void Save(ByteWriter& to) const;
  static Result<Kll> Load(ByteReader& from);

  friend bool operator==(const Kll&, const Kll&) = default;

 private:
  size_t Capacity(size_t level) const;
  void Compact();
  void AddAt(size_t level, double value);

  std::vector<std::vector<double>> levels_ = std::vector<std::vector<double>>(1);
  uint64_t count_ = 0, compactions_ = 0;
  double smallest_ = 0, largest_ = 0;
};

}  // namespace roost::sketch
