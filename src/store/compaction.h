// Makes fewer, larger and sorted parts of a store's tables, beside whoever else writes to it.
//
// Each step is an ordinary commit of the ledger (ledger/ledger.h) that removes only parts that are
// live in its plan. A race that is lost costs nothing but the commit, as long as these still are:
// parts never change, so neither does what was made of them. docs/store.md is the manual.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/pin.h"
#include "store/merge_plan.h"
#include "store/record_parts.h"
#include "store/store_writer.h"

namespace roost::store {

struct CompactionOptions {
  std::vector<std::string> tables;  // empty: all
  MergeLimits limits;
  unsigned threads = 1;
  uint64_t memory_bytes = 512ull << 20;
  bool sketch = true;                 // keep what can be counted of columns for next to nothing
  std::function<bool()> should_stop;  // polled; true: Cancelled, what is committed stays
  /// Of a folder's disk; empty: what the system says.
  std::function<Result<uint64_t>(const std::string&)> free_bytes;
};

/// What became, or would become, of a table.
struct CompactedTable {
  std::string table;
  uint64_t parts = 0, bytes = 0;          // before, of those that are written anew
  uint64_t new_parts = 0, new_bytes = 0;  // 0 in a plan
  std::vector<std::string> folded;        // siblings that have gone into wider columns
};

struct Compaction {
  std::vector<CompactedTable> tables;  // only those that change
  RecordMerge records;                 // of the ledger table and the quarantine, if all tables are
  uint64_t commits = 0, lost_races = 0;
  std::vector<std::string> notes;
};

/// Names of tables that are not there are Invalid. Too little room on the disk is an IOError before
/// anything is written.
Result<Compaction> Compact(StoreWriter& writer, const CompactionOptions& options);

/// Looks only: what Compact would do to the tables of the pin. Of what it would fold nothing is
/// said but that it would.
Result<Compaction> PlanCompaction(const ledger::Pin& pin, const CompactionOptions& options);

struct SmallMergeOptions {
  SmallPartLimits limits;
  double seconds = 1;                 // no merge begins later
  bool sketch = true;                 // as above
  std::function<bool()> should_stop;  // polled; true: Cancelled
};
/// Merges small parts of tables that have too many, the ledger table's and the quarantine's too.
/// How many parts went. It ends where others have changed what it would merge.
Result<uint64_t> MergeSmallParts(StoreWriter& writer, const SmallMergeOptions& options);

}  // namespace roost::store
