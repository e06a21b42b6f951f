// The first, naive generator, kept to compare with: workers that know nothing of each other make
// school results in which references are orphans, classes over-full and grades do not fit ages.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "roost/status.h"

namespace roost {

struct OriginalGenerateOptions {
  uint64_t num_results = 50;
  std::string output_dir;
  unsigned workers = 4;
  uint64_t seed = 1;  // of the values; which references are orphans is left to chance
  std::function<bool()> should_stop;  // polled
};

struct OriginalGenerateResult {
  uint64_t files = 0, bytes = 0;
  bool stopped = false;
  double seconds = 0;
};
Result<OriginalGenerateResult> GenerateOriginal(const OriginalGenerateOptions& options);

}  // namespace roost
