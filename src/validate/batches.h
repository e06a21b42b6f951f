// Compares this run's figures with those of earlier runs: how many rows came to a table, what share
// of the rows failed a rule. See anomaly/history.h.
#pragma once

#include <cstdint>
#include <vector>

#include "roost/validation_report.h"
#include "validate/state.h"

namespace roost::validate {

/// Nothing as long as there are fewer than eight earlier figures.
std::vector<Anomaly> FindStrangeBatches(const State& state, const ValidationReport& report,
                                        int64_t now_seconds);

}  // namespace roost::validate
