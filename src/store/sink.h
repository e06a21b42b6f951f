// Takes the slabs of one shredder: the store's TableSink, and its staged kind.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "shred/slab.h"
#include "store/row_group.h"

namespace roost::store {

/// What all sinks of an output share.
struct SinkLimits {
  uint64_t row_group_rows = 0;
  uint64_t row_group_bytes = 0;
  uint64_t open_bytes = 0;              // of all sinks together
  std::atomic<uint64_t> held_bytes{0};  // what they hold now
};

class Sink : public shred::TableSink {
 public:
  /// All references must outlive the sink.
  Sink(Spill& spill, ColumnIds& ids, SinkLimits& limits, std::unique_ptr<PageEncoder> encoder);
  ~Sink() override;

  Status Flush(const shred::Slab& slab) override;
  Status EndRowGroup(uint32_t table, std::span<const shred::SlabColumn> columns) override;
  bool RowGroupIsFull(uint32_t table) const override;

 private:
  void Account(uint64_t before, uint64_t after);

  Spill& spill_;
  ColumnIds& ids_;
  SinkLimits& limits_;
  std::unique_ptr<PageEncoder> encoder_;
  std::vector<std::unique_ptr<OpenRowGroup>> tables_;  // by number
  uint64_t held_bytes_ = 0;
};

}  // namespace roost::store
