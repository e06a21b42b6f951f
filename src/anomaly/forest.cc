#include <algorithm>
#include <cmath>

#include "anomaly/detector.h"
#include "anomaly/random.h"

namespace roost::anomaly {

namespace {

constexpr size_t kTrees = 100, kTreeRows = 256;

/// How deep a row lies on average in a tree of so many rows that splits at random.
float DepthOf(size_t rows) {
  if (rows <= 1) return 0;
  auto n = static_cast<double>(rows);
  return static_cast<float>(2 * (std::log(n - 1) + 0.5772156649) - 2 * (n - 1) / n);
}

struct Node {
  uint32_t column = 0, right = 0;  // the left child is the next node; right 0: a leaf
  float value = 0;                 // where it splits; of a leaf: the depth of its rows
};

class Tree {
 public:
  Tree(const Numbers& sample, std::vector<size_t> rows, Random& random)
      : sample_(&sample), random_(&random), deepest_(std::ceil(std::log2(double(kTreeRows)))) {
    Grow(rows, 0);
  }

  float DepthOfRow(const Numbers& rows, size_t row) const {
    size_t at = 0;
    while (nodes_[at].right != 0) {
      at = rows.columns[nodes_[at].column][row] < nodes_[at].value ? at + 1 : nodes_[at].right;
    }
    return nodes_[at].value;
  }

 private:
  void Grow(std::span<size_t> rows, float depth) {
    size_t own = nodes_.size();
    nodes_.emplace_back();
    size_t column = random_->Below(sample_->columns.size());
    float low = 0, high = 0;
    // A column in which all rows agree splits nothing: another one may.
    for (size_t tried = 0; tried < sample_->columns.size() && !(high > low); ++tried) {
      column = (column + (tried > 0)) % sample_->columns.size();
      auto [least, largest] =
          std::minmax_element(rows.begin(), rows.end(), [&](size_t a, size_t b) {
            return sample_->columns[column][a] < sample_->columns[column][b];
          });
      if (rows.empty()) break;
      low = sample_->columns[column][*least];
      high = sample_->columns[column][*largest];
    }
    if (rows.size() <= 1 || depth >= deepest_ || !(high > low)) {
      nodes_[own].value = depth + DepthOf(rows.size());
      return;
    }
    float value = low + (high - low) * static_cast<float>(random_->Share());
    if (!(value > low)) value = high;
    auto middle = std::partition(rows.begin(), rows.end(),
                                 [&](size_t row) { return sample_->columns[column][row] < value; });
    auto left = static_cast<size_t>(middle - rows.begin());
    nodes_[own].column = static_cast<uint32_t>(column);
    nodes_[own].value = value;
    Grow(rows.first(left), depth + 1);
    nodes_[own].right = static_cast<uint32_t>(nodes_.size());
    Grow(rows.subspan(left), depth + 1);
  }

  const Numbers* sample_;
  Random* random_;
  double deepest_;
  std::vector<Node> nodes_;
};

class Forest : public Detector {
 public:
  Forest(const Numbers& sample, uint64_t seed) {
    Random random(seed);
    std::vector<size_t> order(sample.rows);
    for (size_t i = 0; i < sample.rows; ++i) order[i] = i;
    size_t taken = std::min(kTreeRows, sample.rows);
    usual_ = std::max(1.0f, DepthOf(taken));
    for (size_t t = 0; t < kTrees; ++t) {
      for (size_t i = 0; i < taken; ++i) {
        std::swap(order[i], order[i + random.Below(sample.rows - i)]);
      }
      trees_.emplace_back(sample,
                          std::vector(order.begin(), order.begin() + static_cast<ptrdiff_t>(taken)),
                          random);
    }
  }

  void Score(const Numbers& rows, std::span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), 0.0f);
    for (const Tree& tree : trees_) {
      for (size_t i = 0; i < rows.rows; ++i) scores[i] += tree.DepthOfRow(rows, i);
    }
    float scale = 1 / (usual_ * static_cast<float>(kTrees));
    for (float& score : scores) score = std::exp2(-score * scale);
  }

 private:
  float usual_ = 1;
  std::vector<Tree> trees_;
};

}  // namespace

std::unique_ptr<Detector> MakeForest(const Numbers& sample, uint64_t seed) {
  return std::make_unique<Forest>(sample, seed);
}

}  // namespace roost::anomaly
