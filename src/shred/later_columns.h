// Decides where the values of a path go whose table was published before: columns stay as they
// are, and what they cannot hold goes to siblings.
#pragma once

#include <string>
#include <vector>

#include "shred/merge.h"
#include "shred/published.h"

namespace roost::shred {

/// The published columns of the path, in their order and with sources where they take values now,
/// then new ones. Names of new ones are `base` + suffix, not yet unique.
std::vector<FinalColumn> LaterColumnsOfPath(const MergedNode& node, const std::string& base,
                                            std::vector<FinalColumn> published);

}  // namespace roost::shred
