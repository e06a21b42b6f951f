// Lists the sets of columns that may be the key of a table. A step of ChooseKeys (keys.h).
#pragma once

#include "relate/keys.h"

namespace roost::relate {

Result<std::vector<KeyCandidate>> FindKeyCandidates(const Database& database, const Table& table,
                                                    const ReferenceBelief& belief,
                                                    UniqueCache& cache, ValueStore& values);

}  // namespace roost::relate
