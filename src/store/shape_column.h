// Writes the _roost_shape column of one table: hashes, numbered anew in each row group.
//
// Shredders number shapes from the start of a run; a row group's dictionary has only the shapes
// that occur in it. Where there are too many for a dictionary, pages hold the hashes themselves.
#pragma once

#include <cstdint>
#include <span>

#include "shred/slab.h"
#include "store/page_encoder.h"

namespace roost::store {

class ShapeColumn {
 public:
  static constexpr size_t kMaxEntries = 1 << 12;

  Status Add(PageEncoder& encoder, const uint32_t* shapes, uint32_t rows,
             std::span<const shred::SlabShape> all);
  Status Finish(PageEncoder& encoder);
  void Reset();

  OpenChunk& chunk() { return chunk_; }

 private:
  static constexpr uint32_t kUnseen = ~0u;

  Status AddPage(PageEncoder& encoder, const uint32_t* shapes, uint32_t rows,
                 std::span<const shred::SlabShape> all);
  bool Number(const uint32_t* shapes, uint32_t rows, std::span<const shred::SlabShape> all);

  OpenChunk chunk_;
  Buffer<uint32_t> numbers_;  // shape of the shredder -> entry
  Buffer<int64_t> entries_;
  Buffer<uint32_t> codes_;
  Buffer<int64_t> hashes_;
  Buffer<uint8_t> used_;
};

}  // namespace roost::store
