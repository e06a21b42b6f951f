// Compares several columns at once: are their tuples unique, does one set of tuples hold another?
#pragma once

#include <span>

#include "relate/value_store.h"

namespace roost::relate {

/// One hash for each row; 0 if a part of the tuple is null.
Result<std::vector<uint64_t>> TupleHashes(const Database& database, std::span<const int> columns,
                                          ValueStore& values);

/// True if no two rows have the same tuple and no part is ever null. Proven, not guessed.
Result<bool> IsUniqueTuple(const Database& database, std::span<const int> columns,
                           ValueStore& values);

}  // namespace roost::relate
