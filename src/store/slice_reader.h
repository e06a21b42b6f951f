// Reads one column of the rows of several parts, in the order of slices of these.
//
// A part that lacks the column has nulls there. Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "shred/published.h"
#include "store/row_order.h"

namespace roost::store {

/// Where each piece stands behind the row groups that were written: how many of its rows they took.
using PiecePlaces = std::map<size_t, uint64_t>;

class SliceReader {
 public:
  /// All must outlive it, and the slices' parts be open as long.
  SliceReader(RowOrder& order, std::span<const RowSlice> slices, const PiecePlaces& taken,
              const shred::FinalColumn& column);
  ~SliceReader();

  /// Replaces the values of `to` by those of the next `rows` rows, which must be there.
  Status Read(uint32_t rows, shred::Column& to);
  /// What Parquet holds the column as, for casts.
  const ChunkFacts& facts() const { return facts_; }

 private:
  struct Chunk;
  Result<Chunk*> ChunkOf(size_t piece);

  RowOrder& order_;
  std::span<const RowSlice> slices_;
  const PiecePlaces& taken_;
  const shred::FinalColumn& column_;
  ChunkFacts facts_;
  std::map<size_t, std::unique_ptr<Chunk>> chunks_;  // by piece
  size_t slice_ = 0;
  uint64_t done_ = 0;  // rows of it
  shred::Column rows_;
};

/// All values of a column of int64 that is never null.
Result<std::vector<int64_t>> ReadNumbers(RowOrder& order, std::span<const RowSlice> slices,
                                         const PiecePlaces& taken, const std::string& name);

}  // namespace roost::store
