// Lists the sets of columns that may be the key of a table. A step of ChooseKeys (keys.h).
#pragma once

#include "relate/keys.h"

namespace roost::relate {

/// Fills `candidates` and `run`.
Result<TableKeys> FindKeyCandidates(const Database& database, const Table& table,
                                    const ReferenceBelief& belief, UniqueCache& cache,
                                    ValueStore& values);

/// log2 of how many pairs of rows would agree in these columns if values fell by chance. Below 0,
/// that none agree says nothing.
double ExpectedCollisions(const Database& database, const std::vector<int>& columns);

}  // namespace roost::relate
