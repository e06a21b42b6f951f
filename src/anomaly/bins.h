// Counts numbers in bins of equal width, and says how surprising a number is: minus the logarithm
// of its bin's share. Fitted once, then only read.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

namespace roost::anomaly {

class Bins {
 public:
  explicit Bins(std::span<const float> sample);

  float SurpriseOf(float value) const { return surprise_[BinOf(value)]; }
  void AddTo(std::span<const float> values, std::span<float> scores) const {
    for (size_t i = 0; i < values.size(); ++i) scores[i] += SurpriseOf(values[i]);
  }

 private:
  /// 0 and the last one are for what lies outside of the sample.
  size_t BinOf(float value) const {
    float place = (value - low_) * per_width_ + 1.0f;
    return static_cast<size_t>(std::clamp(place, 0.0f, last_));
  }

  float low_ = 0, per_width_ = 0, last_ = 0;
  std::vector<float> surprise_;
};

}  // namespace roost::anomaly
