#include <cmath>

#include "anomaly/bins.h"
#include "anomaly/detector.h"
#include "anomaly/random.h"

namespace roost::anomaly {

namespace {

constexpr size_t kProjections = 100;

/// A weighted sum of a few columns.
struct Projection {
  std::vector<std::pair<size_t, float>> weights;

  void Of(const Numbers& rows, std::vector<float>& sums) const {
    sums.assign(rows.rows, 0.0f);
    for (auto [column, weight] : weights) {
      const float* values = rows.columns[column].data();
      for (size_t i = 0; i < rows.rows; ++i) sums[i] += weight * values[i];
    }
  }
};

class Projections : public Detector {
 public:
  Projections(const Numbers& sample, uint64_t seed) {
    size_t columns = sample.columns.size();
    auto taken = static_cast<size_t>(std::ceil(std::sqrt(static_cast<double>(columns))));
    Random random(seed);
    std::vector<size_t> order(columns);
    for (size_t c = 0; c < columns; ++c) order[c] = c;
    std::vector<float> sums;
    for (size_t p = 0; p < kProjections; ++p) {
      Projection projection;
      for (size_t i = 0; i < taken; ++i) {
        std::swap(order[i], order[i + random.Below(columns - i)]);
        projection.weights.emplace_back(order[i], static_cast<float>(random.Normal()));
      }
      projection.Of(sample, sums);
      bins_.emplace_back(sums);
      projections_.push_back(std::move(projection));
    }
  }

  void Score(const Numbers& rows, std::span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), 0.0f);
    std::vector<float> sums;
    for (size_t p = 0; p < projections_.size(); ++p) {
      projections_[p].Of(rows, sums);
      bins_[p].AddTo(sums, scores);
    }
  }

 private:
  std::vector<Projection> projections_;
  std::vector<Bins> bins_;
};

}  // namespace

std::unique_ptr<Detector> MakeProjections(const Numbers& sample, uint64_t seed) {
  return std::make_unique<Projections>(sample, seed);
}

}  // namespace roost::anomaly
