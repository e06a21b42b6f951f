#include "anomaly/bins.h"

#include <cmath>

namespace roost::anomaly {

namespace {

constexpr size_t kMostBins = 40, kFewestBins = 8;
constexpr float kEmpty = 0.1f;  // an empty bin counts as so many numbers

}  // namespace

Bins::Bins(std::span<const float> sample) {
  auto [least, largest] = std::minmax_element(sample.begin(), sample.end());
  float low = sample.empty() ? 0 : *least, high = sample.empty() ? 0 : *largest;
  auto rows = static_cast<double>(sample.size());
  auto bins =
      static_cast<size_t>(std::clamp(std::sqrt(rows), double{kFewestBins}, double{kMostBins}));
  if (!(high > low)) bins = 1;
  low_ = low;
  // The largest number lies inside of the last bin.
  per_width_ = high > low ? static_cast<float>(bins) / (high - low) * 0.99999f : 0;
  last_ = static_cast<float>(bins + 1);
  std::vector<float> counts(bins + 2, 0.0f);
  for (float value : sample) counts[BinOf(value)] += 1;
  for (float count : counts) {
    surprise_.push_back(
        -std::log(std::max(count, kEmpty) / static_cast<float>(std::max(rows, 1.0))));
  }
}

}  // namespace roost::anomaly
