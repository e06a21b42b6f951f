#include <array>
#include <cmath>
#include <limits>

#include "anomaly/detector.h"
#include "anomaly/random.h"

namespace roost::anomaly {

namespace {

constexpr size_t kReferences = 256, kNearest = 5;
constexpr size_t kLanes = 8;  // rows that are measured at once

/// A number of each of some rows. An extension of GCC and Clang.
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

Lanes AllOf(float value) { return Lanes{} + value; }

class Neighbours : public Detector {
 public:
  Neighbours(const Numbers& sample, uint64_t seed) : columns_(sample.columns.size()) {
    std::vector<size_t> order(sample.rows);
    for (size_t i = 0; i < sample.rows; ++i) order[i] = i;
    Random random(seed);
    size_t taken = std::min(kReferences, sample.rows);
    // What is not taken lies so far away that it is nobody's neighbour.
    references_.assign(columns_ * kReferences, kFar);
    for (size_t i = 0; i < taken; ++i) {
      std::swap(order[i], order[i + random.Below(sample.rows - i)]);
      for (size_t c = 0; c < columns_; ++c) {
        references_[i * columns_ + c] = sample.columns[c][order[i]];
      }
    }
    nearest_ = std::min(kNearest, taken);
  }

  void Score(const Numbers& rows, std::span<float> scores) const override {
    std::vector<Lanes> values(columns_);
    for (size_t first = 0; first < rows.rows; first += kLanes) {
      const size_t count = std::min(kLanes, rows.rows - first);
      for (size_t c = 0; c < columns_; ++c) {
        for (size_t i = 0; i < count; ++i) values[c][i] = rows.columns[c][first + i];
      }
      const Lanes distances = FarthestOfNearest(values);
      for (size_t i = 0; i < count; ++i) scores[first + i] = std::sqrt(distances[i]);
    }
  }

 private:
  static constexpr float kFar = 1e15f;

  /// Squares of distances. A row that is a reference itself, or equals one, is no neighbour of its
  /// own: one more than is asked for is found, and the first of them left out where it is 0.
  Lanes FarthestOfNearest(const std::vector<Lanes>& values) const {
    std::array<Lanes, kNearest + 1> nearest;  // the least first
    nearest.fill(AllOf(std::numeric_limits<float>::max()));
    for (size_t r = 0; r < kReferences; ++r) {
      const float* reference = references_.data() + r * columns_;
      Lanes distance = {};
      for (size_t c = 0; c < columns_; ++c) {
        const Lanes far = reference[c] - values[c];
        distance += far * far;
      }
      // Put in its place: what is farther moves on, for all rows by the same steps.
      for (Lanes& each : nearest) {
        const Lanes nearer = distance < each ? distance : each;
        distance = distance > each ? distance : each;
        each = nearer;
      }
    }
    if (nearest_ == 0) return AllOf(0);
    return nearest[0] == 0 ? nearest[nearest_] : nearest[nearest_ - 1];
  }

  size_t columns_, nearest_ = 0;
  std::vector<float> references_;  // one after the other
};

}  // namespace

std::unique_ptr<Detector> MakeNeighbours(const Numbers& sample, uint64_t seed) {
  return std::make_unique<Neighbours>(sample, seed);
}

}  // namespace roost::anomaly
