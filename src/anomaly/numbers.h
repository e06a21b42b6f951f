// Holds rows of numbers, column by column; what is missing is NaN.
#pragma once

#include <cstddef>
#include <vector>

namespace roost::anomaly {

struct Numbers {
  size_t rows = 0;
  std::vector<std::vector<float>> columns;  // each of `rows` numbers
};

}  // namespace roost::anomaly
