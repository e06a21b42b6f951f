// Writes the rows of parts of a table anew, in the order of their ids: under a schema with more, or
// wider, columns, or under the same one, into fewer and larger parts.
//
// No row is lost, no value bent: which values go where, say the columns (shred/published.h,
// `earlier`). Of a row group that is written, ids and one column are in memory. What comes out
// depends on the rows, not on how they lay in parts, but for where large row groups and parts end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"
#include "shred/published.h"
#include "store/compressor.h"
#include "store/output.h"

namespace roost::store {

struct TableRewrite {
  const shred::FinalTable* before = nullptr;
  const shred::FinalTable* after = nullptr;
  std::vector<std::string> parts;  // paths; all written by roost
  Codec codec = Codec::kZstd;
  int level = 1;
  uint64_t part_bytes = 1 << 30;     // a part that is larger gets no further row group
  uint64_t group_bytes = 128 << 20;  // of a row group, before compression
  bool sketch = true;                // keep what can be counted of columns for next to nothing
  size_t number = 0;                 // tells it from others that are under way
  std::function<bool()> should_stop = {};  // polled; true: Cancelled, and nothing is left
};

/// The new parts, in their places; the caller's to remove if an error follows.
Result<std::vector<WrittenPart>> RewriteTable(const TableRewrite& rewrite,
                                              const OutputPlaces& places);

/// The same columns, each of which takes what it has: for rows that are only rearranged.
shred::FinalTable SameColumns(const shred::FinalTable& table);

/// Whether parts of the one table lack what those of the other have: columns, types or formats.
bool DifferInColumns(const shred::FinalTable& before, const shred::FinalTable& after);

/// Whether roost wrote the part from documents: all its rows have ids.
bool IsOwnPart(const ledger::Part& part);

/// No more shapes, or bytes of their texts, should stand in the footer of one part.
struct ShapeLimits {
  static constexpr size_t kShapes = 1 << 12;
  static constexpr uint64_t kBytes = 16 << 20;
};

}  // namespace roost::store
