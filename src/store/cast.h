// Casts values of spilled chunks to the type that their column has in the end, without loss.
//
// Which casts there are says shred/published.h; one that is not among them, or that would lose
// something, is a bug.
#pragma once

#include <cstdint>
#include <span>

#include "shred/column.h"
#include "shred/published.h"
#include "store/chunk.h"

namespace roost::store {

/// Rows of one chunk, and which of their values count.
struct CastSource {
  const ChunkFacts* facts = nullptr;
  shred::Take take = shred::Take::kAll;
  bool drop_empty = false;
  const shred::Column* column = nullptr;  // set for each batch
};

enum class Selection : uint8_t { kNone, kAll, kSome };
/// How many of the values of a chunk count, as far as its facts tell.
Selection SelectionOf(const CastSource& source);

/// Replaces `out` by the values of `rows` rows, each from the source that has one there. Decimals
/// become 16 bytes each in the text of `out`.
void CastRows(std::span<const CastSource> sources, uint32_t rows, shred::FinalType type,
              shred::Column& out);

}  // namespace roost::store
