// Keeps the reports of a folder's latest runs, below _roost/runs, and finds them again.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status.h"

namespace roost::report {

constexpr size_t kKeptRuns = 50;

/// Puts the text of a report there as that run's, and removes what is older than the latest ones.
Status KeepRun(const std::string& folder, uint64_t run, const std::string& json);

struct KeptRun {
  uint64_t run = 0;
  nlohmann::json report;
};
/// `run` counts from 1; 0 is the latest, -1 the one before.
Result<KeptRun> LoadRun(const std::string& folder, int64_t run);

}  // namespace roost::report
