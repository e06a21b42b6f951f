#include "anomaly/tail.h"

#include <algorithm>
#include <cmath>

namespace roost::anomaly {

namespace {

constexpr double kTailShare = 0.05;

}  // namespace

Tail::Tail(std::vector<float> sample) : sorted_(std::move(sample)) {
  std::sort(sorted_.begin(), sorted_.end());
  size_t rows = sorted_.size();
  auto in_tail = std::max<size_t>(1, static_cast<size_t>(kTailShare * static_cast<double>(rows)));
  if (rows == 0) return;
  size_t first = rows - std::min(rows, in_tail);
  begin_ = sorted_[first];
  double excess = 0;
  for (size_t i = first; i < rows; ++i) excess += double{sorted_[i]} - begin_;
  excess /= static_cast<double>(rows - first);
  surprise_at_begin_ =
      static_cast<float>(std::log(static_cast<double>(rows) / static_cast<double>(rows - first)));
  // Where the whole tail is one value, something larger is as rare as can be told.
  double least_excess = std::max(1e-6, 1e-3 * std::abs(double{begin_} - sorted_[rows / 2]));
  per_unit_ = static_cast<float>(1 / std::max(excess, least_excess));
}

float Tail::SurpriseOf(float score) const {
  if (sorted_.empty()) return 0;
  if (score > begin_) return MostSurpriseOf(score);
  auto as_large = sorted_.end() - std::lower_bound(sorted_.begin(), sorted_.end(), score);
  return std::min(surprise_at_begin_,
                  -std::log(static_cast<float>(as_large) / static_cast<float>(sorted_.size())));
}

}  // namespace roost::anomaly
