#include <algorithm>
#include <cmath>

#include "anomaly/bins.h"
#include "anomaly/detector.h"

namespace roost::anomaly {

Histograms::Histograms(const Numbers& sample) {
  for (const auto& column : sample.columns) columns_.emplace_back(column);
}

void Histograms::Score(const Numbers& rows, std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0f);
  for (size_t c = 0; c < columns_.size(); ++c) columns_[c].AddTo(rows.columns[c], scores);
}

float Histograms::ScoreOne(size_t column, float value) const {
  return columns_[column].SurpriseOf(value);
}

}  // namespace roost::anomaly
