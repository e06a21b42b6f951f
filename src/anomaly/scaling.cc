#include "anomaly/scaling.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace roost::anomaly {

namespace {

// A column leans if the 95 % quantile is so many times as far from the median as the 5 % one.
constexpr float kLean = 2;
// What lies further out does not count for the spread.
constexpr double kOuter = 0.001;
constexpr float kFarthest = 1e6f;  // in spreads; squares of it can be summed up

float Quantile(const std::vector<float>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

bool LeansToOneSide(const std::vector<float>& sorted) {
  float middle = Quantile(sorted, 0.5);
  return sorted.front() > 0 &&
         Quantile(sorted, 0.95) - middle > kLean * (middle - Quantile(sorted, 0.05));
}

}  // namespace

Scaling::Scaling(const Numbers& sample) {
  for (const auto& values : sample.columns) {
    Column& column = columns_.emplace_back();
    std::vector<float> sorted;
    for (float value : values) {
      if (std::isfinite(value)) sorted.push_back(value);
    }
    if (sorted.empty()) continue;
    std::sort(sorted.begin(), sorted.end());
    column.is_logarithm = LeansToOneSide(sorted);
    if (column.is_logarithm) {
      for (float& value : sorted) value = std::log(value);
    }
    column.middle = Quantile(sorted, 0.5);
    double spread = Quantile(sorted, 1 - kOuter) - Quantile(sorted, kOuter);
    if (!(spread > 0)) spread = double{sorted.back()} - sorted.front();
    if (spread > 0) column.per_spread = static_cast<float>(1 / spread);
  }
}

Numbers Scaling::Of(const Numbers& rows) const {
  Numbers scaled;
  scaled.rows = rows.rows;
  for (size_t c = 0; c < columns_.size(); ++c) {
    auto [is_logarithm, middle, per_spread] = columns_[c];
    auto& values = scaled.columns.emplace_back(rows.columns[c]);
    for (float& value : values) {
      // Of what the sample had none: as far below as a number can be.
      if (is_logarithm) value = value > 0 ? std::log(value) : -std::numeric_limits<float>::max();
      float far = (value - middle) * per_spread;
      value = std::isnan(far) ? 0.0f : std::clamp(far, -kFarthest, kFarthest);
    }
  }
  return scaled;
}

}  // namespace roost::anomaly
