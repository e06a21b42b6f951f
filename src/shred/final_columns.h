// Decides the columns of one path: who owns its plain name, and which siblings it needs.
#pragma once

#include <string>
#include <vector>

#include "shred/merge.h"
#include "shred/published.h"

namespace roost::shred {

/// Columns of the path in order, the owner first. Names are `base` and `base` + suffix, not yet
/// unique. Empty where the path needs no column.
std::vector<FinalColumn> ColumnsOfPath(const MergedNode& node, const std::string& base);

}  // namespace roost::shred
