// Runs the rounds of looking at pairs, keys and references until all is decided.
#pragma once

#include <set>

#include "relate/choice.h"
#include "relate/composites.h"
#include "relate/conditional.h"
#include "relate/overrides.h"
#include "relate/table_finder.h"
#include "roost/relate.h"

namespace roost::relate {

struct Verdict {
  std::vector<Pair> pairs;            // those with a chance
  uint64_t contained_pairs = 0;       // all
  std::vector<double> probabilities;  // of pairs, by the second look
  std::vector<ChosenPair> chosen;
  std::vector<WideReference> wide;
  std::vector<ConditionalReference> conditional;
  std::vector<TableKeys> keys;  // by table id
  std::set<size_t> confirmed;   // pairs
};

Result<Verdict> Decide(const Database& database, const Overrides& overrides, ValueStore& values);

/// Puts a verdict into words and numbers for people.
Result<RelateResult> Describe(const Database& database, const Overrides& overrides,
                              const Verdict& verdict, ValueStore& values);

/// The whole way from a folder to its relations.
struct Analysis {
  Database database;
  Verdict verdict;
  RelateResult result;
};
/// `sources`: instead of the tables in options.folder, if there are any.
Result<Analysis> Analyse(const RelateOptions& options, ValueStore& values,
                         const std::vector<TableSource>& sources = {});

}  // namespace roost::relate
