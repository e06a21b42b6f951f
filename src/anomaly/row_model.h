// Tells how strange whole rows are, beside a sample of them: by histograms of single columns, by
// histograms of random projections and by near neighbours; or by an isolation forest.
//
// Each detector's score becomes a rank among other rows; the mean of the ranks orders the rows.
// Beyond these ranks go on: the tail of the scores is taken for exponential, so that a row's
// surprise says how rare so strange a row is. Deterministic by seed; fitted once, then only read.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "anomaly/detector.h"
#include "anomaly/scaling.h"
#include "anomaly/tail.h"

namespace roost::anomaly {

enum class RowMethod : uint8_t { kMeanRank, kForest };

class RowModel {
 public:
  struct Options {
    RowMethod method = RowMethod::kMeanRank;
    uint64_t seed = 1;
    /// Calls run(0) .. run(count - 1), in any order, on any threads. None: one after the other.
    std::function<void(size_t count, const std::function<void(size_t)>& run)> for_each = {};
  };
  /// The sample has a column at least. `others` are further rows of the same kind, by which it is
  /// told how rare a score is: rows that histograms were made of are never in an empty bin, so they
  /// look more usual than they are. Without such rows those of the sample have to do.
  RowModel(const Numbers& sample, Options options, const Numbers& others = {});

  /// Of each row minus the logarithm of the share of rows that are as strange; 0 is the most usual.
  /// Of rows that are no more surprising than `least` it may say something larger, up to `least`.
  std::vector<float> Surprise(const Numbers& rows, float least = 0) const;

  /// How much each column adds to the strangeness of a row, most first.
  std::vector<size_t> Blame(const Numbers& row) const;

 private:
  Scaling scaling_;
  std::vector<std::unique_ptr<Detector>> detectors_;
  std::unique_ptr<Histograms> histograms_;
  std::vector<float> usual_surprise_;  // by column
  std::vector<Tail> tails_;            // by detector
};

}  // namespace roost::anomaly
