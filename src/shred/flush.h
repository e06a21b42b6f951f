// Hands slabs to the sink and keeps the books on row groups.
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
  explicit Flusher(TableSink* sink) : sink_(sink) {}

  /// Hands all rows of the table to the sink and clears them. Only between records.
  Status Flush(Table& table);
  /// Ends the open row group, if there is one; must come before a column changes its layout.
  Status EndRowGroup(Table& table);

 private:
  TableSink* sink_;
  std::vector<SlabColumn> columns_;
};

}  // namespace roost::shred
