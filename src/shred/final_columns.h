// Decides the columns of one path: who owns its plain name, and which siblings it needs.
#pragma once

#include <string>
#include <vector>

#include "shred/merge.h"
#include "shred/published.h"

namespace roost::shred {

/// What of a path is kept as JSON text: its own slot, and lists that fit in no other column.
struct JsonShare {
  std::vector<ColumnSource> sources;
  uint64_t values = 0;  // texts
  uint64_t folded = 0;  // values in lists beyond one each
  FirstSight first;
};
JsonShare JsonShareOf(const MergedNode& node, const std::vector<ColumnSource>& lists);

/// Columns of the path in order, the owner first. Names are `base` and `base` + suffix, not yet
/// unique. Empty where the path needs no column.
std::vector<FinalColumn> ColumnsOfPath(const MergedNode& node, const std::string& base);

}  // namespace roost::shred
