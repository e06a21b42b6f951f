// Compares several columns at once: are their tuples unique, does one set of tuples hold another?
#pragma once

#include <span>

#include "relate/value_store.h"

namespace roost::relate {

/// True if the rows of these columns can be held in memory at once.
bool TuplesFit(const Database& database, std::span<const int> columns, const ValueStore& values);

/// Shows the distinct tuples of each of some sets of columns, one beside the other, in ranges of
/// their hashes that fit the memory. Ends early if `look` says false.
Status ForEachTupleRange(const Database& database, const std::vector<std::vector<int>>& sets,
                         ValueStore& values,
                         const std::function<bool(const std::vector<DistinctColumn>&)>& look);

/// One hash for each row; 0 if a part of the tuple is null.
Result<std::vector<uint64_t>> TupleHashes(const Database& database, std::span<const int> columns,
                                          ValueStore& values);

/// How tuples of rows lie among others.
struct TuplesAmong {
  uint64_t contained_values = 0, values = 0;  // different ones
  uint64_t contained_rows = 0, rows = 0;      // without nulls
};
/// Quicker than to count all tuples where most are contained.
Result<TuplesAmong> CountAmong(std::span<const uint64_t> tuples, const DistinctColumn& others,
                               const Crew& crew);

/// True if no two rows have the same tuple and no part is ever null. Proven, not guessed.
Result<bool> IsUniqueTuple(const Database& database, std::span<const int> columns,
                           ValueStore& values);

}  // namespace roost::relate
