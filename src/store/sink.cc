#include "store/sink.h"

namespace roost::store {

Sink::Sink(Spill& spill, ColumnIds& ids, SinkLimits& limits, std::unique_ptr<PageEncoder> encoder)
    : spill_(spill), ids_(ids), limits_(limits), encoder_(std::move(encoder)) {}

Sink::~Sink() { limits_.held_bytes -= held_bytes_; }

void Sink::Account(uint64_t before, uint64_t after) {
  held_bytes_ += after - before;
  limits_.held_bytes += after - before;
}

Status Sink::Flush(const shred::Slab& slab) {
  if (slab.table >= tables_.size()) tables_.resize(slab.table + 1);
  auto& group = tables_[slab.table];
  if (!group) group = std::make_unique<OpenRowGroup>(spill_.Table(*slab.table_identity), ids_);
  uint64_t before = group->held_bytes();
  Status added = group->Add(*encoder_, slab);
  Account(before, group->held_bytes());
  return added;
}

Status Sink::EndRowGroup(uint32_t table, std::span<const shred::SlabColumn> columns) {
  if (table >= tables_.size() || !tables_[table]) return Status::OK();
  uint64_t before = tables_[table]->held_bytes();
  ROOST_TRY(tables_[table]->End(*encoder_, columns));
  Account(before, tables_[table]->held_bytes());
  return Status::OK();
}

// Where all row groups together hold too much, the large ones are to end: those of at least half
// the mean of this sink's. Small ones among them would make small row groups and free little.
bool Sink::RowGroupIsFull(uint32_t table) const {
  if (table >= tables_.size() || !tables_[table]) return false;
  const OpenRowGroup& group = *tables_[table];
  if (group.rows() >= limits_.row_group_rows || group.held_bytes() >= limits_.row_group_bytes)
    return true;
  uint64_t held = limits_.held_bytes.load(std::memory_order_relaxed);
  if (held <= limits_.open_bytes || group.rows() == 0) return false;
  return held > limits_.open_bytes / 4 * 5 ||
         group.held_bytes() * 2 >= held_bytes_ / tables_.size();
}

}  // namespace roost::store
