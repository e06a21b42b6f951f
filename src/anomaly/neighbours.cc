#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "anomaly/detector.h"
#include "anomaly/random.h"

namespace roost::anomaly {

namespace {

constexpr size_t kReferences = 256, kNearest = 5;
constexpr size_t kGroup = 16;  // of references

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
        references_[c * kReferences + i] = sample.columns[c][order[i]];
      }
    }
    nearest_ = std::min(kNearest, taken);
  }

  void Score(const Numbers& rows, std::span<float> scores) const override {
    std::array<float, kReferences> distances;
    for (size_t i = 0; i < rows.rows; ++i) {
      distances.fill(0.0f);
      for (size_t c = 0; c < columns_; ++c) {
        const float* references = references_.data() + c * kReferences;
        float value = rows.columns[c][i];
        for (size_t r = 0; r < kReferences; ++r) {
          float far = references[r] - value;
          distances[r] += far * far;
        }
      }
      scores[i] = std::sqrt(FarthestOfNearest(distances));
    }
  }

 private:
  static constexpr float kFar = 1e15f;

  /// A row that is a reference itself, or equals one, is no neighbour of its own.
  float FarthestOfNearest(const std::array<float, kReferences>& distances) const {
    std::array<float, kNearest + 1> nearest;
    nearest.fill(std::numeric_limits<float>::max());
    bool met_itself = false;
    // Most groups have no one that is nearer, which one comparison says of all of them.
    for (size_t begin = 0; begin < kReferences; begin += kGroup) {
      float least = std::numeric_limits<float>::max();
      for (size_t i = begin; i < begin + kGroup; ++i) {
        least = distances[i] < least ? distances[i] : least;
      }
      if (!(least < nearest[nearest_ - 1])) continue;
      for (size_t i = begin; i < begin + kGroup; ++i) {
        float distance = distances[i];
        if (!(distance < nearest[nearest_ - 1])) continue;
        if (distance == 0 && !met_itself) {
          met_itself = true;
          continue;
        }
        size_t place = nearest_ - 1;
        for (; place > 0 && nearest[place - 1] > distance; --place) {
          nearest[place] = nearest[place - 1];
        }
        nearest[place] = distance;
      }
    }
    return nearest_ == 0 ? 0 : nearest[nearest_ - 1];
  }

  size_t columns_, nearest_ = 0;
  std::vector<float> references_;  // by column
};

}  // namespace

std::unique_ptr<Detector> MakeNeighbours(const Numbers& sample, uint64_t seed) {
  return std::make_unique<Neighbours>(sample, seed);
}

}  // namespace roost::anomaly
