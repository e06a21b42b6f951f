// Runs the rounds of looking at pairs, keys and references until all is decided.
#pragma once

#include "relate/choice.h"
#include "relate/composites.h"
#include "roost/relate.h"

namespace roost::relate {

struct Verdict {
  std::vector<Pair> pairs;
  std::vector<double> probabilities;  // of pairs, by the second look
  std::vector<ChosenPair> chosen;
  std::vector<WideReference> wide;
  std::vector<TableKeys> keys;  // by table id
};

Result<Verdict> Decide(const Database& database, ValueStore& values);

/// Puts a verdict into words and numbers for people.
Result<RelateResult> Describe(const Database& database, const Verdict& verdict, ValueStore& values);

}  // namespace roost::relate
