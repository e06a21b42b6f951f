#include "anomaly/bins.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace roost::anomaly {

namespace {

constexpr size_t kMostBins = 40, kFewestBins = 8;
constexpr size_t kBlock = 256;
constexpr float kEmpty = 0.1f;  // an empty bin counts as so many numbers

}  // namespace

Bins::Bins(std::span<const float> sample) {
  auto [least, largest] = std::minmax_element(sample.begin(), sample.end());
  float low = sample.empty() ? 0 : *least, high = sample.empty() ? 0 : *largest;
  auto rows = static_cast<double>(sample.size());
  auto bins =
      static_cast<size_t>(std::clamp(std::sqrt(rows), double{kFewestBins}, double{kMostBins}));
  if (!(high > low)) bins = 1;
  place_.low = low;
  // The largest number lies inside of the last bin.
  place_.per_width = high > low ? static_cast<float>(bins) / (high - low) * 0.99999f : 0;
  place_.last = static_cast<float>(bins + 1);
  std::vector<float> counts(bins + 2, 0.0f);
  for (float value : sample) counts[BinOf(value)] += 1;
  for (float count : counts) {
    surprise_.push_back(
        -std::log(std::max(count, kEmpty) / static_cast<float>(std::max(rows, 1.0))));
  }
}

void Bins::AddTo(std::span<const float> values, std::span<float> scores) const {
  // The places first, by themselves: they are found for eight values at once.
  std::array<int32_t, kBlock> bins;
  const Place place = place_;  // no write below can change it, which the compiler has to know
  for (size_t first = 0; first < values.size(); first += kBlock) {
    const size_t count = std::min(kBlock, values.size() - first);
    for (size_t i = 0; i < count; ++i) bins[i] = place.Of(values[first + i]);
    for (size_t i = 0; i < count; ++i) {
      scores[first + i] += surprise_[static_cast<size_t>(bins[i])];
    }
  }
}

}  // namespace roost::anomaly
