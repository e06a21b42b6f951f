// Collects the rows of one table, from one shredder, until they are a row group.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "shred/slab.h"
#include "store/page_encoder.h"
#include "store/shape_column.h"
#include "store/spill.h"

namespace roost::store {

class OpenRowGroup {
 public:
  OpenRowGroup(TableSpill& spill, ColumnIds& ids) : spill_(spill), ids_(ids) {}

  Status Add(PageEncoder& encoder, const shred::Slab& slab);
  /// Writes the row group to disk and begins anew; nothing where there are no rows.
  Status End(PageEncoder& encoder, std::span<const shred::SlabColumn> columns);

  uint64_t rows() const { return rows_; }
  /// Memory of the encoded pages and dictionaries.
  uint64_t held_bytes() const { return held_bytes_; }

 private:
  OpenChunk& ChunkOf(const shred::SlabColumn& column);

  TableSpill& spill_;
  ColumnIds& ids_;
  uint64_t rows_ = 0;
  uint64_t held_bytes_ = 0;
  int64_t first_id_ = 0;
  OpenChunk id_, parent_, index_;
  ShapeColumn shape_;
  std::vector<std::unique_ptr<OpenChunk>> chunks_;  // by token
  Buffer<int64_t> wide_index_;
};

}  // namespace roost::store
