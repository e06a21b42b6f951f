#include <algorithm>
#include <cmath>

#include "relate/pair.h"

namespace roost::relate {

namespace {

constexpr double kNamedWell = 0.8;

/// area.type -> area_type: the child's table and stem together name the target's table.
bool OwnTableAndStem(const Words& table, const Words& stem, const Words& target) {
  if (stem.empty()) return false;
  Words both = table;
  both.insert(both.end(), stem.begin(), stem.end());
  if (both == target) return true;
  if (target.size() < 2 || stem.size() > target.size()) return false;
  auto rest = target.end() - static_cast<std::ptrdiff_t>(stem.size());
  Words front(target.begin(), rest);
  return std::equal(rest, target.end(), stem.begin()) && CoverOf(table, front).of_second > 0.8;
}

double Share(int part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

struct Names {
  const Column& child;
  const Column& parent;
  const Table& child_table;
  const Table& table;
  const WordWeights& weights;
};

/// How child and target share words at the end: bill_to_address -> address.
void JudgeTails(const Names& names, EvidenceValues& f) {
  const Words& stem = names.child.words.stem;
  const Words& table = names.table.words;
  const Words& key = names.parent.words.stem;
  int tail = SharedTail(stem, table);
  f[k_tail_tab] = Share(tail, table.size());
  f[k_role] = static_cast<size_t>(tail) == table.size() && stem.size() > table.size();
  f[k_tail_col] = Share(SharedTail(stem, key), key.size());
}

void JudgeCover(const Names& names, EvidenceValues& f) {
  const Words& stem = names.child.words.stem;
  const Words& table = names.table.words;
  const Words& key = names.parent.words.stem;
  Cover of_table = CoverOf(stem, table, &names.weights);
  f[k_cov_tab] = of_table.of_second;
  f[k_cov_child_tab] = of_table.of_first;
  Words full = table;
  full.insert(full.end(), key.begin(), key.end());
  f[k_cov_child] = CoverOf(stem, full).of_first;
  Cover of_key = CoverOf(stem, key);
  f[k_cov_col] = of_key.of_second;
  f[k_cov_child_col] = of_key.of_first;
  f[k_initials] = std::max(Initials(stem, table), key.empty() ? 0 : 0.7 * Initials(stem, key));
  f[k_dice_col] = DiceOf(names.child.words.bigrams, names.parent.words.bigrams);
  f[k_dice_tab] = DiceOf(names.child.words.bigrams, names.table.bigrams);
}

bool SaysTitle(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word != "comment" && word != "label" && IsTitleWord(word);
  });
}

/// One number for how well the names fit, made by hand; for rivals and the hand score.
double NameScore(const Names& names, const EvidenceValues& f) {
  const ColumnWords& child = names.child.words;
  const ColumnWords& parent = names.parent.words;
  if (child.bare) return 0;
  if (f[k_eq] && parent.own) return 1;
  bool hub = parent.own || parent.bare || names.parent.position == 0;
  bool whole_tail = f[k_tail_tab] == 1;
  return std::max({0.95 * f[k_eq] * (hub ? 1 : 0.8),
                   f[k_stem_tab] * (parent.id_like || parent.bare ? 1 : 0.8), 0.9 * f[k_own_plus],
                   whole_tail ? 0.85 : 0.6 * f[k_tail_tab],
                   0.8 * f[k_tail_col] * (parent.own || parent.id_like ? 1 : 0.6),
                   0.8 * f[k_cov_tab] * f[k_cov_child_tab],
                   0.8 * std::min(1.0, f[k_cov_child]) * std::max(f[k_cov_tab], f[k_cov_col]),
                   0.7 * f[k_initials], 0.5 * f[k_dice_col], 0.5 * f[k_dice_tab]});
}

/// What a column calls a person: sender_id, approved_by.
bool NamesPerson(const ColumnWords& words) {
  if (words.measure || words.title) return false;
  return (words.all.size() > 1 && words.all.back() == "by") ||
         std::any_of(words.stem.begin(), words.stem.end(), IsPersonRoleWord);
}

}  // namespace

std::string_view NameOf(Evidence evidence) {
  static constexpr std::string_view kNames[] = {
#define X(name) #name,
      ROOST_PAIR_EVIDENCE(X)
#undef X
  };
  return kNames[evidence];
}

void JudgeNames(const Database& database, Pair& pair) {
  const Column& child = database.ColumnAt(pair.child);
  const Column& parent = database.ColumnAt(pair.parent);
  Names names{child, parent, database.TableOf(child), database.TableOf(parent),
              database.word_weights};
  const ColumnWords& c = child.words;
  const ColumnWords& p = parent.words;
  EvidenceValues& f = pair.evidence;
  bool equal = c.joined == p.joined;
  f[k_eq] = equal && !c.bare;
  f[k_eq_bare] = equal && c.bare;
  f[k_eq_stem] = !c.stem.empty() && c.stem == p.stem;
  f[k_stem_tab] = !c.stem.empty() && c.stem == names.table.words;
  JudgeTails(names, f);
  f[k_own_plus] = OwnTableAndStem(names.child_table.words, c.stem, names.table.words);
  JudgeCover(names, f);
  f[k_id_same] = c.all.back() == p.all.back();
  f[k_c_id] = c.id_like;
  f[k_c_bare] = c.bare;
  f[k_c_neg] = c.measure && !(f[k_stem_tab] || f[k_tail_tab] == 1 || f[k_own_plus]);
  f[k_c_own] = c.own;
  f[k_c_name] = c.title;
  f[k_p_id] = p.id_like;
  f[k_p_bare] = p.bare;
  f[k_p_own] = p.own;
  f[k_p_neg] = p.measure;
  f[k_p_name] = SaysTitle(p.all);
  f[k_nscore] = NameScore(names, f);
  f[k_self] = child.table == parent.table;
  f[k_c_rel] = c.role;
  f[k_self_rel] = f[k_self] && c.role;
  f[k_person] = !f[k_self] && NamesPerson(c) &&
                std::any_of(names.table.words.begin(), names.table.words.end(), IsPeopleWord);
  f[k_same] = std::log2(c.same_named);
  f[k_p_same] = std::log2(p.same_named);
}

void JudgeRivals(const std::vector<Rival>& rivals, std::vector<Pair>& pairs) {
  // By child: its targets' name scores, sorted. By parent: how many children, and well-named ones.
  std::unordered_map<int, std::vector<double>> scores;
  struct Children {
    size_t all = 0, named = 0;
  };
  std::unordered_map<int, Children> children;
  auto is_named = [](double score) { return score >= kNamedWell; };
  for (const Rival& rival : rivals) {
    scores[rival.child].push_back(rival.name_score);
    ++children[rival.parent].all;
    children[rival.parent].named += is_named(rival.name_score);
  }
  for (auto& [child, each] : scores) std::sort(each.begin(), each.end());
  for (Pair& pair : pairs) {
    EvidenceValues& f = pair.evidence;
    double own = f[k_nscore];
    const std::vector<double>& of_child = scores[pair.child];
    const Children& of_parent = children[pair.parent];
    size_t count = of_child.size();
    // The best of the others: the last, unless that is the pair itself.
    double best = count < 2 ? 0 : of_child[of_child.back() == own ? count - 2 : count - 1];
    auto above = std::upper_bound(of_child.begin(), of_child.end(), own);
    f[k_n_rivals] = std::log2(static_cast<double>(count));
    f[k_nmargin] = own - best;
    f[k_nrank] = static_cast<double>(of_child.end() - above);
    f[k_n_fanin] = std::log2(1.0 + static_cast<double>(of_parent.named - is_named(own)));
    f[k_n_incl_target] = std::log2(1.0 + static_cast<double>(of_parent.all));
  }
}

}  // namespace roost::relate
