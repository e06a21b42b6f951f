// Finds the pairs of columns between which a reference is possible, and judges their values.
//
// Gates stand in the order of their cost: type, distinct counts, a few probes, samples of hashes;
// what passes them is compared exactly.
#pragma once

#include "relate/pair.h"
#include "relate/value_store.h"

namespace roost::relate {

struct CandidateOptions {
  double least_contained = 0.75;  // of the child's distinct values
  double least_log_odds = -5;     // by hand, whatever its rivals are; others are hopeless
  size_t most_of_child = 64;      // those with the best odds; bounds memory where columns are many
};

struct FoundPairs {
  std::vector<Pair> pairs;    // with their evidence of names and values; by child, then parent
  std::vector<Rival> rivals;  // the others too
};
Result<FoundPairs> FindPairs(const Database& database, const CandidateOptions& options,
                             ValueStore& values);

/// One pair with all its evidence but rivals, whatever the gates say: for what people confirm.
Result<Pair> MakePair(const Database& database, const Column& child, const Column& parent,
                      ValueStore& values);

/// The plain way to the same pairs: every column against every other, by sets of all values.
/// For tests; fills child, parent and what is contained.
Result<std::vector<Pair>> FindPairsByBruteForce(const Database& database,
                                                const CandidateOptions& options,
                                                ValueStore& values);

/// True of columns that can be referred to: unique, of a type that keys have.
bool CanBeTarget(const Column& column);
/// True if the types allow child to refer to parent.
bool TypesFit(const Column& child, const Column& parent);

}  // namespace roost::relate
