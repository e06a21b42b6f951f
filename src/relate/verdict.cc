#include "relate/verdict.h"

#include "relate/candidates.h"

namespace roost::relate {

namespace {

constexpr double kUnchosen = 0.3;  // what is left of the probability of pairs that lost

std::vector<double> AfterChoice(const Verdict& verdict) {
  std::vector<double> probabilities;
  for (double probability : verdict.probabilities) probabilities.push_back(kUnchosen * probability);
  for (const ChosenPair& each : verdict.chosen) probabilities[each.pair] = each.probability;
  return probabilities;
}

}  // namespace

Result<Verdict> Decide(const Database& database, ValueStore& values) {
  Verdict verdict;
  UniqueCache cache;
  ROOST_ASSIGN(verdict.pairs, FindPairs(database, {}, values));
  std::vector<double> first;
  for (Pair& pair : verdict.pairs) {
    pair.evidence[k_hand] = HandLogOdds(pair.evidence);
    first.push_back(Probability(pair.evidence[k_hand]));
  }
  ROOST_ASSIGN(auto keys,
               ChooseKeys(database, BeliefOf(database, verdict.pairs, first), cache, values));
  JudgeContext(database, first, keys, verdict.pairs);
  verdict.probabilities = SecondLook(verdict.pairs);
  ROOST_ASSIGN(keys, ChooseKeys(database, BeliefOf(database, verdict.pairs, verdict.probabilities),
                                cache, values));
  verdict.chosen = ChoosePairs(database, verdict.pairs, verdict.probabilities, keys);
  std::vector<double> after = AfterChoice(verdict);
  ROOST_ASSIGN(verdict.wide, FindWideReferences(database, verdict.pairs, after, keys, values));
  ReferenceBelief belief = BeliefOf(database, verdict.pairs, after);
  for (const WideReference& wide : verdict.wide) {
    std::vector<int> target = wide.parents;
    std::sort(target.begin(), target.end());
    belief.target[target] = 1;
  }
  ROOST_ASSIGN(verdict.keys, ChooseKeys(database, belief, cache, values));
  return verdict;
}

}  // namespace roost::relate
