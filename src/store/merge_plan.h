// Chooses which parts of a table are to become fewer, larger and sorted.
//
// Parts whose ids lie between each other's belong together; so do neighbours that are small. What
// is large, sorted and has all columns is left alone, and so what was merged once stays. Only parts
// that roost wrote from documents count: rows of other tools have no ids.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"
#include "shred/published.h"

namespace roost::store {

struct MergeLimits {
  uint64_t part_bytes = 256 << 20;  // a part that is larger gets no more; below half of it is small
  uint64_t job_bytes = uint64_t{4} << 30;  // of one job, unless ids lie between each other
};

/// Parts that are written anew together.
struct MergeJob {
  std::string table;
  std::vector<std::string> parts;  // as the log names them
  uint64_t bytes = 0;
};

/// `folder` is the table's. Jobs come in the order of their ids.
Result<std::vector<MergeJob>> PlanMerges(const ledger::Snapshot& snapshot,
                                         const shred::FinalTable& table, const std::string& folder,
                                         const MergeLimits& limits);

struct SmallPartLimits {
  uint64_t small_bytes = 32 << 20;
  size_t parts = 100;  // so many small ones may be there
  uint64_t job_bytes = 32 << 20;
};

/// Some of a table's small parts, neighbours by the column of integers `order`, if there are too
/// many; else none.
MergeJob PlanSmallMerge(const ledger::Snapshot& snapshot, const std::string& table,
                        const std::string& order, const SmallPartLimits& limits);

}  // namespace roost::store
