// Says how strange rows are beside a sample of rows: larger is stranger, on a scale of its own.
//
// A detector is fitted once and then only read, by any number of threads. All take scaled numbers
// without gaps (scaling.h); rows that the sample holds are scored as any other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "anomaly/bins.h"
#include "anomaly/numbers.h"

namespace roost::anomaly {

class Detector {
 public:
  virtual ~Detector() = default;
  /// Fills scores[i] for each row.
  virtual void Score(const Numbers& rows, std::span<float> scores) const = 0;
};

/// Histograms of single columns (HBOS, Goldstein and Dengel 2012).
class Histograms : public Detector {
 public:
  explicit Histograms(const Numbers& sample);
  void Score(const Numbers& rows, std::span<float> scores) const override;
  /// What one column's value adds to the score.
  float ScoreOne(size_t column, float value) const;

 private:
  std::vector<Bins> columns_;
};

/// Histograms of random projections (LODA, Pevny 2016).
std::unique_ptr<Detector> MakeProjections(const Numbers& sample, uint64_t seed);
/// Distance to the fifth nearest of 256 rows of the sample (Sugiyama and Borgwardt 2013).
std::unique_ptr<Detector> MakeNeighbours(const Numbers& sample, uint64_t seed);
/// Isolation forest (Liu, Ting and Zhou 2008): 100 trees over 256 rows each.
std::unique_ptr<Detector> MakeForest(const Numbers& sample, uint64_t seed);

}  // namespace roost::anomaly
