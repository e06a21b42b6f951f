#include "relate/choice.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "relate/pair_trees.h"

namespace roost::relate {

namespace {

constexpr double kThreshold = 0.48;
constexpr double kHandShare = 0.5;  // hand weights hold better on databases unlike those fitted on
constexpr double kWorthOfCopies = 3;  // in log-odds, of columns that repeat what the target says
constexpr double kOfFamily = 0.55;    // the probability of a satellite's shared key
constexpr double kOfKind = 0.6;       // at least, of subtypes and of people by their role

using PairKey = std::pair<int, int>;  // child, parent

/// How likely each column is to be its table's key, by the last choice of keys.
struct KeyBelief {
  std::vector<double> alone, in_wide;
  std::vector<int> rank;
};

KeyBelief BelieveKeys(const Database& database, const std::vector<TableKeys>& keys) {
  size_t columns = database.columns.size();
  KeyBelief belief{std::vector<double>(columns), std::vector<double>(columns),
                   std::vector<int>(columns, 5)};
  for (const TableKeys& table : keys) {
    std::vector<const KeyCandidate*> order;
    for (const KeyCandidate& key : table.candidates) order.push_back(&key);
    std::stable_sort(order.begin(), order.end(), [](const KeyCandidate* a, const KeyCandidate* b) {
      return a->score > b->score;
    });
    for (size_t rank = 0; rank < order.size(); ++rank) {
      const KeyCandidate& key = *order[rank];
      if (key.columns.size() == 1) {
        belief.alone[key.columns[0]] = key.score;
        belief.rank[key.columns[0]] = std::min<int>(static_cast<int>(rank), 5);
        continue;
      }
      for (int id : key.columns) belief.in_wide[id] = std::max(belief.in_wide[id], key.score);
    }
  }
  return belief;
}

/// How likely each pair is by the first look, and what that says of its neighbours.
class FirstLook {
 public:
  FirstLook(const std::vector<Pair>& pairs, const std::vector<double>& look) : look_(look) {
    for (size_t i = 0; i < pairs.size(); ++i) {
      from_[pairs[i].child].push_back({look[i], pairs[i].parent});
      into_[pairs[i].parent] += look[i];
      at_[Key(pairs[i].child, pairs[i].parent)] = look[i];
    }
    place_.reserve(pairs.size());
    for (const Pair& pair : pairs) place_.push_back(pair.child);
    for (auto& [child, targets] : from_) {
      std::stable_sort(targets.begin(), targets.end(),
                       [](const Target& a, const Target& b) { return a.look > b.look; });
    }
  }

  struct Others {
    double best = 0;
    size_t better = 0;
  };
  /// Other targets of the same child.
  Others OthersOf(size_t pair) const {
    const std::vector<Target>& targets = from_.at(place_[pair]);
    auto end = std::partition_point(targets.begin(), targets.end(),
                                    [&](const Target& each) { return each.look > look_[pair]; });
    auto better = static_cast<size_t>(end - targets.begin());
    // Without a better one the pair itself, or its equal, is the first.
    size_t best = better > 0 ? 0 : 1;
    return {best < targets.size() ? targets[best].look : 0, better};
  }
  double Into(int parent) const { return into_.at(parent); }
  double At(int child, int parent) const {
    auto found = at_.find(Key(child, parent));
    return found == at_.end() ? 0 : found->second;
  }
  /// Whether the target refers onward itself, and the child to the same.
  void JudgeOnward(Pair& pair) const {
    EvidenceValues& f = pair.evidence;
    f[k_p_out] = f[k_via] = 0;
    auto targets = from_.find(pair.parent);
    if (targets == from_.end()) return;
    for (const Target& onward : targets->second) {
      if (onward.look <= f[k_via]) break;  // strongest first
      if (onward.parent == pair.child) continue;
      f[k_p_out] = std::max(f[k_p_out], onward.look);
      f[k_via] = std::max(f[k_via], std::min(onward.look, At(pair.child, onward.parent)));
    }
  }

 private:
  struct Target {
    double look = 0;
    int parent = 0;
  };
  static uint64_t Key(int child, int parent) {
    return static_cast<uint64_t>(child) << 32 | static_cast<uint32_t>(parent);
  }

  const std::vector<double>& look_;
  std::vector<int> place_;  // child by pair
  std::unordered_map<int, std::vector<Target>> from_;
  std::unordered_map<int, double> into_;
  std::unordered_map<uint64_t, double> at_;
};

/// A self reference needs a word that says so.
double Adjusted(const Database& database, const Pair& pair, double probability) {
  const EvidenceValues& f = pair.evidence;
  if (!f[k_self]) return probability;
  const ColumnWords& words = database.ColumnAt(pair.child).words;
  bool names_key = f[k_role] || f[k_tail_col] == 1;
  bool sure = f[k_row_incl] > 0.99 && f[k_self_rel] && !words.measure &&
              (names_key || f[k_c_id] || f[k_nmargin] >= 0);
  if (sure) return std::max(probability, 0.8);
  return names_key ? probability : probability * 0.4;
}

/// True if a table's own key lies in another's, scattered as no numbering is: what it holds are
/// some of those, whatever the two are called. Museums are some of the attractions.
bool IsSubtype(const EvidenceValues& f) {
  constexpr double kLeastBits = 3.3;  // about 9 bits of surprise
  bool keys = f[k_p_pk] > 0.6 && f[k_c_pk] > 0.6 && f[k_c_id] && f[k_p_id];
  bool some = f[k_c_uniq] && f[k_c_null] == 0 && f[k_row_incl] == 1 && f[k_cover] < 1;
  return keys && some && !f[k_self] && !f[k_c_seq] && !f[k_c_date] && f[k_bits] > kLeastBits &&
         f[k_emd] < 0.3;
}

/// True if a column calls a person what only one table of people holds, as sender_id does. A key
/// names the row that it stands in.
bool IsPerson(const EvidenceValues& f) {
  bool own_key = f[k_c_own] || (f[k_c_uniq] && f[k_c_pk] > 0.6);
  return f[k_person] && !own_key && !f[k_c_date] && f[k_row_incl] == 1 && f[k_p_pk] > 0.6 &&
         f[k_p1_margin] > 0.3;
}

/// What has been chosen so far: each column's target.
class Chosen {
 public:
  bool Has(int child) const { return target_.contains(child); }
  int TargetOf(int child) const {
    auto found = target_.find(child);
    return found == target_.end() ? -1 : found->second;
  }
  /// True if following the chain of targets from `parent` leads to `child`.
  bool ClosesCycle(int child, int parent) const {
    // What people confirm may itself go round.
    int at = parent;
    for (size_t steps = 0; at >= 0 && steps <= target_.size(); ++steps, at = TargetOf(at)) {
      if (at == child) return true;
    }
    return false;
  }
  void Add(int child, int parent) { target_[child] = parent; }
  void Remove(int child) { target_.erase(child); }

 private:
  std::map<int, int> target_;
};

std::vector<ChosenPair> ChooseGreedily(const Database& database, const std::vector<Pair>& pairs,
                                       const std::vector<double>& probabilities,
                                       const std::set<size_t>& confirmed, Chosen& chosen) {
  std::vector<ChosenPair> order, taken;
  for (size_t i : confirmed) {
    chosen.Add(database.ColumnAt(pairs[i].child).OwnId(), pairs[i].parent);
    taken.push_back({i, 1, false});
  }
  for (size_t i = 0; i < pairs.size(); ++i) {
    order.push_back({i, Adjusted(database, pairs[i], probabilities[i]), false});
  }
  std::stable_sort(order.begin(), order.end(), [](const ChosenPair& a, const ChosenPair& b) {
    return a.probability > b.probability;
  });
  for (const ChosenPair& candidate : order) {
    if (candidate.probability < kThreshold) break;
    const Pair& pair = pairs[candidate.pair];
    int child = database.ColumnAt(pair.child).OwnId();
    if (chosen.Has(child) || chosen.ClosesCycle(child, pair.parent)) continue;
    chosen.Add(child, pair.parent);
    taken.push_back(candidate);
  }
  return taken;
}

std::set<int> SingleKeys(const std::vector<TableKeys>& keys) {
  std::set<int> columns;
  for (const TableKeys& table : keys) {
    const KeyCandidate* best = table.Best();
    if (best && best->columns.size() == 1) columns.insert(best->columns[0]);
  }
  return columns;
}

/// Beside a reference to a table's key, one to another column of the same table is an echo.
void DropEchoes(const Database& database, const std::vector<Pair>& pairs, const std::set<int>& keys,
                const std::set<size_t>& confirmed, std::vector<ChosenPair>& taken, Chosen& chosen) {
  auto tables = [&](const Pair& pair) {
    return PairKey{database.ColumnAt(pair.child).table, database.ColumnAt(pair.parent).table};
  };
  std::set<PairKey> to_key;
  for (const ChosenPair& each : taken) {
    const Pair& pair = pairs[each.pair];
    if (keys.contains(pair.parent)) to_key.insert(tables(pair));
  }
  std::erase_if(taken, [&](const ChosenPair& each) {
    const Pair& pair = pairs[each.pair];
    bool echo = !keys.contains(pair.parent) && !confirmed.contains(each.pair) &&
                to_key.contains(tables(pair));
    if (echo) chosen.Remove(database.ColumnAt(pair.child).OwnId());
    return echo;
  });
}

/// Tables that share one key, such as a person's parts: the pairs among them, by the key's name.
using Family = std::map<PairKey, size_t>;
std::map<std::string, Family> FindFamilies(const Database& database,
                                           const std::vector<Pair>& pairs) {
  std::map<std::string, Family> families;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const Column& child = database.ColumnAt(pairs[i].child);
    const EvidenceValues& f = pairs[i].evidence;
    bool shared = f[k_eq] && f[k_row_incl] == 1 && child.unique && child.nulls == 0 &&
                  !child.words.measure && !f[k_c_name] && !f[k_c_date] && !f[k_self] &&
                  child.distinct >= 3 && (child.words.id_like || child.position == 0);
    if (shared) families[child.words.joined][{pairs[i].child, pairs[i].parent}] = i;
  }
  return families;
}

int RootOf(const Database& database, const Family& family, const std::map<int, int>& fan,
           const Chosen& chosen) {
  std::set<int> members;
  for (const auto& [key, index] : family) members.insert({key.first, key.second});
  int root = -1;
  std::pair<double, double> best;
  for (int member : members) {
    const Column& column = database.ColumnAt(member);
    const Table& table = database.TableOf(column);
    double score = 2 * column.words.own + 0.8 * table.described - 0.3 * chosen.Has(member) +
                   0.01 * std::log2(1 + static_cast<double>(table.rows));
    auto found = fan.find(member);
    if (found != fan.end()) score += 0.3 * found->second;
    for (int other : members) score += family.contains({other, member});
    std::pair<double, double> rank{score, -static_cast<double>(table.words.size())};
    if (root < 0 || rank > best) root = member, best = rank;
  }
  return root;
}

void AddFamilies(const Database& database, const std::vector<Pair>& pairs,
                 std::vector<ChosenPair>& taken, Chosen& chosen) {
  std::map<int, int> fan;
  for (const ChosenPair& each : taken) ++fan[pairs[each.pair].parent];
  for (const auto& [name, family] : FindFamilies(database, pairs)) {
    int root = RootOf(database, family, fan, chosen);
    for (const auto& [key, index] : family) {
      auto [member, target] = key;
      if (target != root || chosen.Has(member) || chosen.TargetOf(root) == member) continue;
      chosen.Add(member, root);
      taken.push_back({index, kOfFamily, false});
    }
  }
}

}  // namespace

void JudgeContext(const Database& database, const std::vector<double>& first_look,
                  const std::vector<TableKeys>& keys, std::vector<Pair>& pairs) {
  KeyBelief belief = BelieveKeys(database, keys);
  FirstLook look(pairs, first_look);
  for (size_t i = 0; i < pairs.size(); ++i) {
    auto [child, parent] = PairKey{pairs[i].child, pairs[i].parent};
    EvidenceValues& f = pairs[i].evidence;
    FirstLook::Others others = look.OthersOf(i);
    f[k_p1] = LogOdds(first_look[i]);
    f[k_p1_margin] = f[k_p1] - LogOdds(others.best);
    f[k_p1_rank] = static_cast<double>(others.better);
    f[k_p1_fanin] = look.Into(parent) - first_look[i];
    f[k_p1_rev] = look.At(parent, child);
    f[k_p_pk] = belief.alone[parent];
    f[k_c_pk] = belief.alone[child];
    f[k_p_pk_rank] = belief.rank[parent];
    f[k_p_pk_comp] = belief.in_wide[parent];
    f[k_c_pk_comp] = belief.in_wide[child];
    f[k_c_own_used] = database.ColumnAt(child).words.own && belief.alone[child] > 0.5;
    look.JudgeOnward(pairs[i]);
  }
}

std::vector<double> SecondLook(const std::vector<Pair>& pairs) {
  std::vector<double> probabilities;
  for (const Pair& pair : pairs) {
    const EvidenceValues& f = pair.evidence;
    double z = f[k_p1] - kWorthOfPerson * f[k_person] + 0.9 * f[k_p_pk] - 0.9 +
               0.25 * std::clamp(f[k_p1_margin], -3.0, 3.0);
    z += kWorthOfCopies * f[k_copies];
    z -= 2.5 * (f[k_c_pk] > 0.6 && f[k_c_own_used] && f[k_c_seq]);
    // The databases that the trees were fitted on have no such columns.
    double share = SharesCodes(f) ? 1 : kHandShare;
    double probability = Probability(share * z + (1 - share) * TreeLogOdds(f));
    bool by_kind = IsSubtype(f) || IsPerson(f);
    probabilities.push_back(by_kind ? std::max(probability, kOfKind) : probability);
  }
  return probabilities;
}

std::vector<ChosenPair> ChoosePairs(const Database& database, const std::vector<Pair>& pairs,
                                    const std::vector<double>& probabilities,
                                    const std::vector<TableKeys>& keys,
                                    const std::set<size_t>& confirmed) {
  Chosen chosen;
  std::vector<ChosenPair> taken = ChooseGreedily(database, pairs, probabilities, confirmed, chosen);
  DropEchoes(database, pairs, SingleKeys(keys), confirmed, taken, chosen);
  AddFamilies(database, pairs, taken, chosen);
  return taken;
}

}  // namespace roost::relate
