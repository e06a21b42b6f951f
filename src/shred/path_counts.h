// Counts, from the text of a shape, how often each path held which kind of value.
#pragma once

#include <string_view>

#include "shred/table.h"

namespace roost::shred {

/// Adds `times` records of this shape to the PathCounts below `root`. Paths must exist.
void CountPaths(Node& root, std::string_view shape, uint64_t times);

/// Adds all rows of `table` whose shapes have numbers. Once.
void CountShapes(Table& table);

}  // namespace roost::shred
