// Counts numbers in bins of equal width, and says how surprising a number is: minus the logarithm
// of its bin's share. Fitted once, then only read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace roost::anomaly {

class Bins {
 public:
  explicit Bins(std::span<const float> sample);

  float SurpriseOf(float value) const { return surprise_[BinOf(value)]; }
  void AddTo(std::span<const float> values, std::span<float> scores) const;

 private:
  struct Place {
    float low = 0, per_width = 0, last = 0;
    /// The bin of a value; 0 and the last one are for what lies outside of the sample.
    int32_t Of(float value) const {
      float place = (value - low) * per_width + 1.0f;
      place = place > 0.0f ? place : 0.0f;
      place = place < last ? place : last;
      return static_cast<int32_t>(place);
    }
  };
  size_t BinOf(float value) const { return static_cast<size_t>(place_.Of(value)); }

  Place place_;
  std::vector<float> surprise_;
};

}  // namespace roost::anomaly
