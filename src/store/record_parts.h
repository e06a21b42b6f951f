// Merges parts of the two tables of records: the ledger table, which has a row for each file that
// was taken, and the quarantine. Each commit adds a part to the first; without this they would be
// as many as there were commits.
//
// A merge is an ordinary commit of the ledger. That of the ledger table names no table: its parts
// are part of the ledger's own log, so that the put that decides is all there is to do.
#pragma once

#include <cstdint>
#include <functional>

#include "base/status.h"
#include "ledger/pin.h"
#include "store/merge_plan.h"
#include "store/store_writer.h"

namespace roost::store {

struct RecordMergeOptions {
  SmallPartLimits limits;
  std::function<bool()> should_stop;  // polled between merges; true: it ends
};

/// What of them was merged, or would be.
struct RecordMerge {
  uint64_t parts = 0, bytes = 0;  // that became others
  uint64_t new_parts = 0;
  uint64_t commits = 0;
};

/// After a Refresh. It ends where others have changed what it would merge.
Result<RecordMerge> MergeRecords(StoreWriter& writer, const RecordMergeOptions& options);

/// Looks only; of each table the first merge.
RecordMerge PlanRecordMerges(const ledger::Snapshot& ledger_table,
                             const ledger::Snapshot* quarantine, const SmallPartLimits& limits);

}  // namespace roost::store
