#include "anomaly/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace roost::anomaly {

namespace {

constexpr double kFar = 6;      // deviations
constexpr double kSlack = 0.5;  // deviations that every batch may be off without adding to a sum
constexpr double kLargestStep = 3;  // one batch alone is no drift
constexpr double kDrifted = 10;
constexpr size_t kFewestOfSeason = 3;
constexpr double kBetter = 0.8;  // a season has to foretell so much better

int64_t PhaseOf(int64_t seconds, Season season) {
  constexpr int64_t kHour = 3600, kDay = 86400;
  if (season == Season::kNone) return 0;
  if (season == Season::kHour) return ((seconds % kDay) + kDay) % kDay / kHour;
  return ((seconds / kDay) % 7 + 7) % 7;
}

/// Of values in order, without the one at `left_out`; of all where there is none at that place.
double MedianOf(std::span<const double> sorted, size_t left_out) {
  auto at = [&](size_t place) { return sorted[place < left_out ? place : place + 1]; };
  const size_t size = sorted.size() - (left_out < sorted.size() ? 1 : 0);
  if (size % 2 == 1) return at(size / 2);
  return (at(size / 2) + at(size / 2 - 1)) / 2;
}

/// Foretells figures by the median of the same phase; of all where there are too few. What is in
/// order once has every median at hand, also those without one of the figures.
class Medians {
 public:
  /// `sorted`: by value.
  Medians(std::span<const BatchFigure> sorted, Season season) : season_(season) {
    for (const BatchFigure& each : sorted) {
      all_.push_back(each.value);
      ++begin_[PlaceOf(each.seconds) + 1];
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    std::array<size_t, kPhases + 1> next = begin_;
    by_phase_.resize(all_.size());
    for (const BatchFigure& each : sorted) {
      by_phase_[next[PlaceOf(each.seconds)]++] = each.value;
    }
  }

  double At(int64_t seconds) const {
    std::span<const double> same = Same(seconds);
    if (same.size() < kFewestOfSeason) same = all_;
    return MedianOf(same, same.size());
  }

  /// One of the figures, foretold by the others.
  double Without(const BatchFigure& figure) const {
    std::span<const double> same = Same(figure.seconds);
    if (same.size() < kFewestOfSeason + 1) same = all_;
    auto place = std::ranges::lower_bound(same, figure.value);
    return MedianOf(same, static_cast<size_t>(place - same.begin()));
  }

 private:
  static constexpr size_t kPhases = 24;  // of a season at most

  size_t PlaceOf(int64_t seconds) const { return static_cast<size_t>(PhaseOf(seconds, season_)); }
  std::span<const double> Same(int64_t seconds) const {
    const size_t phase = PlaceOf(seconds);
    return std::span(by_phase_).subspan(begin_[phase], begin_[phase + 1] - begin_[phase]);
  }

  Season season_;
  std::vector<double> all_, by_phase_;  // in order; in order within each phase
  std::array<size_t, kPhases + 1> begin_ = {};
};

std::vector<double> Residuals(std::span<const BatchFigure> figures, const Medians& medians) {
  std::vector<double> residuals;
  residuals.reserve(figures.size());
  for (const BatchFigure& each : figures) residuals.push_back(each.value - medians.Without(each));
  return residuals;
}

double MeanDistance(const std::vector<double>& residuals) {
  double sum = 0;
  for (double each : residuals) sum += std::abs(each);
  return sum / static_cast<double>(residuals.size());
}

/// Median distance; where most are nothing, the mean one; where all are, a hundredth of the value.
double SpreadOf(const std::vector<double>& residuals, double usual) {
  std::vector<double> distances = residuals;
  for (double& each : distances) each = std::abs(each);
  std::ranges::sort(distances);
  double spread = 1.4826 * MedianOf(distances, distances.size());
  if (spread <= 0) spread = 1.2533 * MeanDistance(residuals);
  return std::max({spread, 0.01 * std::abs(usual), 1e-9});
}

double DriftOf(const std::vector<double>& residuals, double newest, double spread) {
  double up = 0, down = 0;
  auto step = [&](double residual) {
    double deviations = std::clamp(residual / spread, -kLargestStep, kLargestStep);
    up = std::max(0.0, up + deviations - kSlack);
    down = std::max(0.0, down - deviations - kSlack);
  };
  for (double residual : residuals) step(residual);
  step(newest);
  return std::max(up, down);
}

}  // namespace

BatchVerdict JudgeBatch(std::span<const BatchFigure> past, BatchFigure now) {
  BatchVerdict verdict;
  if (past.size() < kFewestBatches) return verdict;
  verdict.is_warming_up = false;
  std::vector<BatchFigure> sorted(past.begin(), past.end());
  std::ranges::sort(sorted, {}, &BatchFigure::value);
  Medians medians(sorted, Season::kNone);
  std::vector<double> residuals = Residuals(past, medians);
  double distance = MeanDistance(residuals);
  for (Season season : {Season::kHour, Season::kWeekday}) {
    if (distance <= 0) break;  // no season foretells better
    Medians of_season(sorted, season);
    std::vector<double> others = Residuals(past, of_season);
    const double nearer = MeanDistance(others);
    if (nearer >= kBetter * distance) continue;
    verdict.season = season;
    distance = nearer;
    medians = std::move(of_season);
    residuals = std::move(others);
  }
  verdict.usual = medians.At(now.seconds);
  verdict.spread = SpreadOf(residuals, verdict.usual);
  double newest = now.value - verdict.usual;
  verdict.deviations = newest / verdict.spread;
  verdict.drift = DriftOf(residuals, newest, verdict.spread);
  verdict.is_far = std::abs(verdict.deviations) > kFar;
  verdict.has_drifted = verdict.drift > kDrifted && std::abs(verdict.deviations) > 1;
  return verdict;
}

}  // namespace roost::anomaly
