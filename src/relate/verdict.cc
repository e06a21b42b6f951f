#include "relate/verdict.h"

#include <algorithm>
#include <unordered_map>

#include "relate/candidates.h"
#include "relate/copies.h"

namespace roost::relate {

namespace {

constexpr double kUnchosen = 0.3;  // what is left of the probability of pairs that lost

std::vector<double> AfterChoice(const Verdict& verdict) {
  std::vector<double> probabilities;
  for (double probability : verdict.probabilities) probabilities.push_back(kUnchosen * probability);
  for (const ChosenPair& each : verdict.chosen) probabilities[each.pair] = each.probability;
  return probabilities;
}

/// Who confirms a column of paths may mean the ids in them.
int ChildMeant(const Database& database, const std::vector<Pair>& pairs,
               const Overrides::Columns& said) {
  for (const Pair& pair : pairs) {
    bool meant = database.ColumnAt(pair.child).OwnId() == said.children[0];
    if (meant && pair.parent == said.parents[0]) return pair.child;
  }
  return said.children[0];
}

Status FindSaidPairs(const Database& database, const Overrides& overrides, ValueStore& values,
                     Verdict& verdict) {
  ROOST_ASSIGN(FoundPairs found, FindPairs(database, {}, values));
  std::vector<Pair>& pairs = found.pairs;
  auto refused = [&](const auto& pair) {
    return overrides.Refuses({database.ColumnAt(pair.child).OwnId()}, {pair.parent});
  };
  std::erase_if(pairs, refused);
  std::erase_if(found.rivals, refused);
  for (const Overrides::Columns& said : overrides.confirmed) {
    if (said.children.size() != 1) continue;
    int child = ChildMeant(database, pairs, said);
    auto is_said = [&](const auto& pair) {
      return pair.child == child && pair.parent == said.parents[0];
    };
    auto known = std::find_if(pairs.begin(), pairs.end(), is_said);
    verdict.confirmed.insert(static_cast<size_t>(known - pairs.begin()));
    if (known != pairs.end()) continue;
    ROOST_ASSIGN(Pair pair, MakePair(database, database.ColumnAt(child),
                                     database.ColumnAt(said.parents[0]), values));
    std::erase_if(found.rivals, is_said);
    found.rivals.push_back({pair.child, pair.parent, pair.evidence[k_nscore]});
    pairs.push_back(pair);
  }
  JudgeRivals(found.rivals, pairs);
  verdict.pairs = std::move(pairs);
  verdict.contained_pairs = found.rivals.size();
  return Status::OK();
}

Status AddSaidWide(const Database& database, const Overrides& overrides, ValueStore& values,
                   std::vector<WideReference>& wide) {
  std::erase_if(wide, [&](const WideReference& reference) {
    return overrides.Refuses(reference.children, reference.parents);
  });
  for (const Overrides::Columns& said : overrides.confirmed) {
    if (said.children.size() < 2) continue;
    ROOST_ASSIGN(WideReference reference,
                 CompareTuples(database, said.children, said.parents, values));
    std::erase_if(wide, [&](const WideReference& other) {
      return other.children == said.children && other.parents == said.parents;
    });
    reference.score = 1;
    reference.confirmed = true;
    wide.push_back(std::move(reference));
  }
  return Status::OK();
}

/// Where a row says itself what it refers to, its ids refer to nothing else.
Status TakeConditional(const Database& database, const Overrides& overrides, ValueStore& values,
                       Verdict& verdict) {
  ROOST_ASSIGN(verdict.conditional, FindConditional(database, values));
  std::set<int> confirmed, taken;
  for (size_t pair : verdict.confirmed) confirmed.insert(verdict.pairs[pair].child);
  std::erase_if(verdict.conditional, [&](const ConditionalReference& reference) {
    return confirmed.contains(reference.child) ||
           overrides.Refuses({reference.child}, {reference.parent});
  });
  for (const ConditionalReference& each : verdict.conditional) taken.insert(each.child);
  for (size_t i = 0; i < verdict.pairs.size(); ++i) {
    if (taken.contains(verdict.pairs[i].child)) verdict.probabilities[i] = 0;
  }
  return Status::OK();
}

/// A column's reference follows from a wider one if the part it is paired with there leads to the
/// same target.
void MarkImplied(Verdict& verdict) {
  std::unordered_map<int, int> target;
  for (const ChosenPair& each : verdict.chosen) {
    target[verdict.pairs[each.pair].child] = verdict.pairs[each.pair].parent;
  }
  for (ChosenPair& each : verdict.chosen) {
    const Pair& pair = verdict.pairs[each.pair];
    for (const WideReference& wide : verdict.wide) {
      for (size_t i = 0; i < wide.children.size(); ++i) {
        if (wide.children[i] != pair.child) continue;
        auto onward = target.find(wide.parents[i]);
        each.implied = each.implied || wide.parents[i] == pair.parent ||
                       (onward != target.end() && onward->second == pair.parent);
      }
    }
  }
}

/// Keys that people named, or that documents say, go before all others.
void TakeSaidKeys(const Overrides& overrides, std::vector<TableKeys>& keys) {
  for (const auto& [table, columns] : overrides.keys) {
    TableKeys& of_table = keys[table];
    auto found = std::find_if(of_table.candidates.begin(), of_table.candidates.end(),
                              [&](const KeyCandidate& key) { return key.columns == columns; });
    of_table.best = static_cast<int>(found - of_table.candidates.begin());
    if (found == of_table.candidates.end())
      of_table.candidates.push_back({columns, true, {}, 1, 0});
    of_table.candidates[of_table.best].score = 1;
  }
}

}  // namespace

Result<Verdict> Decide(const Database& database, const Overrides& overrides, ValueStore& values) {
  Verdict verdict;
  UniqueCache cache;
  auto choose_keys = [&](const ReferenceBelief& belief) -> Result<std::vector<TableKeys>> {
    ROOST_ASSIGN(auto keys, ChooseKeys(database, belief, cache, values));
    TakeSaidKeys(overrides, keys);
    return keys;
  };
  ROOST_TRY(FindSaidPairs(database, overrides, values, verdict));
  std::vector<double> first;
  for (size_t i = 0; i < verdict.pairs.size(); ++i) {
    EvidenceValues& evidence = verdict.pairs[i].evidence;
    evidence[k_hand] = HandLogOdds(evidence);
    first.push_back(verdict.confirmed.contains(i) ? 1 : Probability(evidence[k_hand]));
  }
  ROOST_ASSIGN(auto keys, choose_keys(BeliefOf(database, verdict.pairs, first)));
  JudgeContext(database, first, keys, verdict.pairs);
  ROOST_TRY(JudgeCopies(database, first, values, verdict.pairs));
  verdict.probabilities = SecondLook(verdict.pairs);
  ROOST_TRY(TakeConditional(database, overrides, values, verdict));
  for (size_t pair : verdict.confirmed) verdict.probabilities[pair] = 1;
  ROOST_ASSIGN(keys, choose_keys(BeliefOf(database, verdict.pairs, verdict.probabilities)));
  verdict.chosen =
      ChoosePairs(database, verdict.pairs, verdict.probabilities, keys, verdict.confirmed);
  std::vector<double> after = AfterChoice(verdict);
  ROOST_ASSIGN(verdict.wide, FindWideReferences(database, verdict.pairs, after, keys, values));
  ROOST_TRY(AddSaidWide(database, overrides, values, verdict.wide));
  MarkImplied(verdict);
  ReferenceBelief belief = BeliefOf(database, verdict.pairs, after);
  for (const ConditionalReference& each : verdict.conditional) {
    belief.is_reference[each.child] = 1;
    belief.target[{each.parent}] = 1;
  }
  for (const WideReference& wide : verdict.wide) {
    std::vector<int> target = wide.parents;
    std::sort(target.begin(), target.end());
    belief.target[target] = 1;
  }
  ROOST_ASSIGN(verdict.keys, choose_keys(belief));
  return verdict;
}

}  // namespace roost::relate
