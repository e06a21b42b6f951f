#include "relate/keys.h"

#include <algorithm>
#include <cmath>

#include "relate/key_candidates.h"

namespace roost::relate {

namespace {

using Values = std::array<double, kKeyEvidenceCount>;

template <typename Get>
double Mean(const std::vector<const Column*>& columns, Get get) {
  double sum = 0;
  for (const Column* column : columns) sum += static_cast<double>(get(*column));
  return sum / static_cast<double>(columns.size());
}

template <typename Get>
bool Any(const std::vector<const Column*>& columns, Get get) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const Column* column) { return get(*column); });
}

std::vector<const Column*> ColumnsOf(const Database& database, const std::vector<int>& ids) {
  std::vector<const Column*> columns;
  for (int id : ids) columns.push_back(&database.ColumnAt(id));
  return columns;
}

bool NamesName(const Column& column) {
  const Words& words = column.words.all;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word == "name" || word == "title"; });
}

bool SaysWhen(const Column& column) {
  const Words& words = column.words.all;
  return column.type == Type::kDate || std::find(words.begin(), words.end(), "year") != words.end();
}

void JudgePlaces(const std::vector<const Column*>& columns, Values& f) {
  std::vector<int> places;
  for (const Column* column : columns) places.push_back(column->position);
  std::sort(places.begin(), places.end());
  bool leading = true;
  for (size_t i = 0; i < places.size(); ++i) leading = leading && places[i] == static_cast<int>(i);
  f[key_pos0] = places[0] == 0;
  f[key_minpos] = std::min(places[0], 8);
  f[key_maxpos] = std::min(places.back(), 12);
  f[key_prefix] = leading;
}

void JudgeKinds(const std::vector<const Column*>& columns, Values& f) {
  f[key_idl] = Mean(columns, [](const Column& c) { return c.words.id_like; });
  f[key_own] = Any(columns, [](const Column& c) { return c.words.own; });
  f[key_bare] = Any(columns, [](const Column& c) { return c.words.bare; });
  f[key_neg] = Mean(columns, [](const Column& c) { return c.words.measure; });
  f[key_name] = Mean(columns, NamesName);
  f[key_is_int] = Mean(columns, [](const Column& c) { return c.type == Type::kInteger; });
  f[key_date] = Mean(columns, SaysWhen);
  f[key_len] = std::min(40.0, Mean(columns, [](const Column& c) { return c.length; }));
  f[key_seq] = Mean(columns, [](const Column& c) { return c.sequence; });
  f[key_sorted] = columns[0]->sketch.sorted();
  f[key_dens] = Mean(columns, [](const Column& c) { return c.density; });
}

void JudgeSizes(const Table& table, const std::vector<const Column*>& columns, size_t candidates,
                Values& f) {
  double combinations = 1;
  for (const Column* column : columns) combinations *= static_cast<double>(column->distinct);
  f[key_n] = std::log2(1 + static_cast<double>(table.rows));
  f[key_chance] = f[key_n] - std::log2(1 + combinations);
  f[key_ncand] = std::log2(static_cast<double>(candidates));
  f[key_ncol] = std::log2(static_cast<double>(table.columns.size()));
  f[key_share] = static_cast<double>(columns.size()) / static_cast<double>(table.columns.size());
}

void JudgeReferences(const Table& table, const KeyCandidate& key, const ReferenceBelief& belief,
                     Values& f) {
  auto target = [&](const std::vector<int>& columns) {
    auto found = belief.target.find(columns);
    return found == belief.target.end() ? 0.0 : found->second;
  };
  double least = 1, most = 0, sum = 0, all = 0, referred = 0;
  for (int id : key.columns) {
    least = std::min(least, belief.is_reference[id]);
    most = std::max(most, belief.is_reference[id]);
    sum += belief.is_reference[id];
  }
  for (int id : table.columns) {
    all += belief.is_reference[id];
    referred += target({id});
  }
  f[key_out_min] = least;
  f[key_out_max] = most;
  f[key_out_mean] = sum / static_cast<double>(key.columns.size());
  f[key_out_left] = all - sum;
  f[key_ref] = target(key.columns);
  f[key_ref_tab] = referred - (key.columns.size() == 1 ? target(key.columns) : 0);
}

void JudgeTable(const Database& database, const Table& table,
                const std::vector<const Column*>& columns, Values& f) {
  f[key_junction] = std::all_of(columns.begin(), columns.end(), [&](const Column* column) {
    return !column->words.stem.empty() && CoverOf(column->words.stem, table.words).of_first > 0.6;
  });
  for (int id : table.columns) {
    const Column& column = database.ColumnAt(id);
    f[key_idcols] += column.words.id_like;
    bool other = std::find(columns.begin(), columns.end(), &column) == columns.end();
    bool better =
        other && column.unique && column.Full() && (column.words.own || column.words.bare);
    f[key_uniq_better] = f[key_uniq_better] || better;
  }
  f[key_same] = 0;
  for (const Column* column : columns) {
    f[key_same] = std::max(f[key_same], std::log2(static_cast<double>(column->words.same_named)));
  }
}

void JudgeRun(const Database& database, const std::vector<int>& run, const KeyCandidate& key,
              Values& f) {
  size_t inside = 0;
  for (int id : key.columns) inside += std::find(run.begin(), run.end(), id) != run.end();
  f[key_run] = run.size() > 1 && key.columns == run;
  f[key_run_left] = static_cast<double>(run.size() - inside);
  f[key_expect] = ExpectedCollisions(database, key.columns);
  f[key_sub_expect] = key.part_luck;
}

/// Log-odds by hand. What each kind of evidence is worth was found on databases to fit.
double HandScore(const Values& f) {
  bool one = f[key_w1] > 0;
  double z = 2.5 * f[key_w1] - 0.6 * f[key_w] + 1.2 * f[key_pos0] + 0.8 * f[key_prefix] +
             1.5 * f[key_idl] + 1.6 * f[key_own] * one + 1.2 * f[key_bare] * one;
  z += -2 * f[key_neg] - 1.2 * f[key_name] - 0.05 * f[key_len] + 0.5 * f[key_seq] -
       0.25 * f[key_minpos] + 1.2 * f[key_ref];
  z += one ? -2.4 * f[key_out_max] * (1 - f[key_own]) : 2.2 * f[key_out_min];
  if (one) return z;
  z += f[key_run] - 0.1 * f[key_run_left] + 0.5 * f[key_date];
  if (f[key_minimal]) return z;
  return z - 1.5 * (f[key_out_min] < 0.5 && !f[key_run]) -
         0.15 * std::clamp(f[key_sub_expect], -4.0, 8.0);
}

void Judge(const Database& database, const Table& table, const ReferenceBelief& belief,
           const TableKeys& keys, KeyCandidate& key) {
  std::vector<const Column*> columns = ColumnsOf(database, key.columns);
  Values& f = key.evidence;
  f[key_w] = static_cast<double>(columns.size());
  f[key_w1] = columns.size() == 1;
  f[key_minimal] = key.minimal;
  JudgePlaces(columns, f);
  JudgeKinds(columns, f);
  JudgeSizes(table, columns, keys.candidates.size(), f);
  JudgeRun(database, keys.run, key, f);
  JudgeReferences(table, key, belief, f);
  JudgeTable(database, table, columns, f);
  f[key_hand] = HandScore(f);
}

void Choose(TableKeys& keys) {
  double most = -INFINITY, sum = 0;
  for (size_t i = 0; i < keys.candidates.size(); ++i) {
    double score = keys.candidates[i].evidence[key_hand];
    if (score > most) most = score, keys.best = static_cast<int>(i);
  }
  for (KeyCandidate& key : keys.candidates) sum += std::exp(key.evidence[key_hand] - most);
  for (KeyCandidate& key : keys.candidates)
    key.score = std::exp(key.evidence[key_hand] - most) / sum;
}

}  // namespace

std::string_view NameOf(KeyEvidence evidence) {
  static constexpr std::string_view kNames[] = {
#define X(name) #name,
      ROOST_KEY_EVIDENCE(X)
#undef X
  };
  return kNames[evidence];
}

ReferenceBelief BeliefOf(const Database& database, const std::vector<Pair>& pairs,
                         const std::vector<double>& probabilities) {
  ReferenceBelief belief;
  belief.is_reference.resize(database.columns.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    double& child = belief.is_reference[pairs[i].child];
    child = std::max(child, probabilities[i]);
    double& parent = belief.target[{pairs[i].parent}];
    parent = std::max(parent, probabilities[i]);
  }
  return belief;
}

Result<std::vector<TableKeys>> ChooseKeys(const Database& database, const ReferenceBelief& belief,
                                          UniqueCache& cache, ValueStore& values) {
  std::vector<TableKeys> all(database.tables.size());
  for (const Table& table : database.tables) {
    TableKeys& keys = all[table.id];
    ROOST_ASSIGN(keys, FindKeyCandidates(database, table, belief, cache, values));
    for (KeyCandidate& key : keys.candidates) {
      Judge(database, table, belief, keys, key);
    }
    Choose(keys);
  }
  return all;
}

}  // namespace roost::relate
