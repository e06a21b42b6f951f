// Packs the facts of a row group into a few bytes, for as long as they only wait.
//
// A run of many columns spills row groups of 100,000 chunks; packed, a small chunk takes some 40
// bytes in place of 350. Only what cannot be computed again is packed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/chunk.h"

namespace roost::store {

/// Chunks must follow each other in the file, and their pages each other in the chunk.
std::string PackFacts(uint64_t rows, int64_t first_id, std::span<const ChunkFacts* const> chunks);
/// `packed` must come from PackFacts, in this process; the first chunk is at `offset` of its file.
RowGroupFacts UnpackFacts(std::string_view packed, uint64_t offset);

/// Sums and ranges of a chunk from its pages.
void SumUpPages(ChunkFacts& facts);

}  // namespace roost::store
