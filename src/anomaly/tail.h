// Knows how scores are distributed: which share of a sample is as large or larger.
//
// Beyond the 99 % quantile the distribution is taken to fall off exponentially at the rate of the
// sample's own tail, so that scores larger than all of the sample's differ still.
#pragma once

#include <vector>

namespace roost::anomaly {

class Tail {
 public:
  explicit Tail(std::vector<float> sample);
  /// Minus the logarithm of the share that is as large.
  float SurpriseOf(float score) const;

 private:
  std::vector<float> sorted_;
  float begin_ = 0, surprise_at_begin_ = 0, per_unit_ = 0;
};

}  // namespace roost::anomaly
