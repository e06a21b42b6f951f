// Marks the values of a record that hints speak of: one walk through the tree, with every hint
// looked at in every place.
#pragma once

#include <string>
#include <vector>

#include "shred/hints.h"
#include "shred/reference/json.h"

namespace roost::shred::reference {

/// Marks the values of a record of root table `root`, and puts a value where a list is asked for
/// into an array. Returns what demand is not met, or nothing.
std::string ApplyHints(Value& record, const std::string& root, const std::vector<Hint>& hints);

}  // namespace roost::shred::reference
