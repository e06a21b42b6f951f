#include "anomaly/history.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace roost::anomaly {

namespace {

constexpr double kFar = 6;      // deviations
constexpr double kSlack = 0.5;  // deviations that every batch may be off without adding to a sum
constexpr double kLargestStep = 3;  // one batch alone is no drift
constexpr double kDrifted = 10;
constexpr size_t kFewestOfSeason = 3;
constexpr double kBetter = 0.8;  // a season has to foretell so much better

double Median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

int64_t PhaseOf(int64_t seconds, Season season) {
  constexpr int64_t kHour = 3600, kDay = 86400;
  if (season == Season::kNone) return 0;
  if (season == Season::kHour) return ((seconds % kDay) + kDay) % kDay / kHour;
  return ((seconds / kDay) % 7 + 7) % 7;
}

/// The median of the same phase; of all where there are too few.
double Foretold(std::span<const BatchFigure> figures, int64_t seconds, Season season,
                size_t left_out) {
  std::vector<double> same, all;
  for (size_t i = 0; i < figures.size(); ++i) {
    if (i == left_out) continue;
    all.push_back(figures[i].value);
    if (PhaseOf(figures[i].seconds, season) == PhaseOf(seconds, season)) {
      same.push_back(figures[i].value);
    }
  }
  return Median(same.size() >= kFewestOfSeason ? std::move(same) : std::move(all));
}

std::vector<double> Residuals(std::span<const BatchFigure> figures, Season season) {
  std::vector<double> residuals;
  for (size_t i = 0; i < figures.size(); ++i) {
    residuals.push_back(figures[i].value - Foretold(figures, figures[i].seconds, season, i));
  }
  return residuals;
}

double MeanDistance(const std::vector<double>& residuals) {
  double sum = 0;
  for (double each : residuals) sum += std::abs(each);
  return sum / static_cast<double>(residuals.size());
}

/// Median distance; where most are nothing, the mean one; where all are, a hundredth of the value.
double SpreadOf(const std::vector<double>& residuals, double usual) {
  std::vector<double> distances;
  for (double each : residuals) distances.push_back(std::abs(each));
  double spread = 1.4826 * Median(std::move(distances));
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
  std::vector<double> residuals = Residuals(past, Season::kNone);
  for (Season season : {Season::kHour, Season::kWeekday}) {
    std::vector<double> others = Residuals(past, season);
    if (MeanDistance(others) >= kBetter * MeanDistance(residuals)) continue;
    verdict.season = season;
    residuals = std::move(others);
  }
  verdict.usual = Foretold(past, now.seconds, verdict.season, past.size());
  verdict.spread = SpreadOf(residuals, verdict.usual);
  double newest = now.value - verdict.usual;
  verdict.deviations = newest / verdict.spread;
  verdict.drift = DriftOf(residuals, newest, verdict.spread);
  verdict.is_far = std::abs(verdict.deviations) > kFar;
  verdict.has_drifted = verdict.drift > kDrifted && std::abs(verdict.deviations) > 1;
  return verdict;
}

}  // namespace roost::anomaly
