// Brings the columns of rows to one scale: the middle of a sample is 0, its usual range 1 wide.
//
// Positive numbers that lean to one side, as amounts and durations do, become logarithms first. A
// column that never changes becomes 0, and so does what is missing. Fitted once, then only read.
#pragma once

#include <vector>

#include "anomaly/numbers.h"

namespace roost::anomaly {

class Scaling {
 public:
  explicit Scaling(const Numbers& sample);
  /// The same rows, scaled; nothing is NaN or infinite.
  Numbers Of(const Numbers& rows) const;

 private:
  struct Column {
    bool is_logarithm = false;
    float middle = 0, per_spread = 0;
  };
  std::vector<Column> columns_;
};

}  // namespace roost::anomaly
