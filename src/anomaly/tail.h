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
  /// No less than that, and the same in the tail; found without a search.
  float MostSurpriseOf(float score) const {
    return score > begin_ ? surprise_at_begin_ + (score - begin_) * per_unit_ : surprise_at_begin_;
  }

 private:
  std::vector<float> sorted_;
  float begin_ = 0, surprise_at_begin_ = 0, per_unit_ = 0;
};

}  // namespace roost::anomaly
