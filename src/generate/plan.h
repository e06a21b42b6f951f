// Checks, before the first document, that a world can be met: that capacities hold what is asked of
// them, references have something to refer to, and what is to be unique can be.
#pragma once

#include <cstdint>

#include "generate/program.h"

namespace roost::generate {

/// Invalid says what cannot be met, where it stands in the world file, by how much it falls short,
/// and what to change. `end` is the number of the iteration behind the last one.
Status CheckPlan(const Program& program, uint64_t end);

/// True if no two rows of `table` can agree in all these columns.
bool IsUniqueSet(const Program& program, int table, const std::vector<int>& columns);

}  // namespace roost::generate
