// Judges a figure of a batch beside the figures of earlier ones.
//
// What is usual is a median: of all, of those of the same hour or of the same day of the week,
// whichever foretold the earlier ones best. Strange is what lies far from it in robust deviations,
// or what has been drifting off for some time (a CUSUM of both sides). Below eight earlier figures
// nothing is said.
#pragma once

#include <cstdint>
#include <span>

namespace roost::anomaly {

constexpr size_t kFewestBatches = 8;

struct BatchFigure {
  int64_t seconds = 0;  // since 1970, UTC
  double value = 0;
};

enum class Season : uint8_t { kNone, kHour, kWeekday };

struct BatchVerdict {
  bool is_warming_up = true;
  bool is_far = false, has_drifted = false;
  Season season = Season::kNone;
  double usual = 0, spread = 0;
  double deviations = 0;  // of the newest figure, from the usual one
  double drift = 0;       // the larger of the two sums
};

/// `past`: oldest first.
BatchVerdict JudgeBatch(std::span<const BatchFigure> past, BatchFigure now);

}  // namespace roost::anomaly
