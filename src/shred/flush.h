// Hands slabs to the sink and keeps the books on row groups.
//
// A table with so many columns that its run must be repeated with another plan (plan.h) is
// hopeless: from then on nothing is handed out and no memory kept for values, all is only counted.
#pragma once

#include <vector>

#include "base/status.h"
#include "shred/slab.h"
#include "shred/table.h"

namespace roost::shred {

/// Bytes of the rows of a table that were not handed out yet.
size_t SlabBytes(const Table& table);

class Flusher {
 public:
  /// `plan` is the one of the run and outlives the flusher.
  Flusher(TableSink* sink, const Plan& plan) : sink_(sink), plan_(plan) {}

  /// Hands all rows of the table to the sink and clears them. Only between records.
  Status Flush(Table& table);
  /// Ends the open row group, if there is one; must come before a column changes its layout.
  Status EndRowGroup(Table& table);

 private:
  bool IsHopeless(const Table& table) const;

  TableSink* sink_;  // null: rows are only counted, since the run will be repeated
  const Plan& plan_;
  std::vector<SlabColumn> columns_;
};

}  // namespace roost::shred
