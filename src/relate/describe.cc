#include <algorithm>
#include <tuple>

#include "relate/verdict.h"
#include "relate/wording.h"

namespace roost::relate {

namespace {

constexpr double kCertain = 0.95, kProbable = 0.75;
constexpr double kLikelyKey = 0.15;
constexpr uint64_t kLeastCertainValues = 3;
constexpr size_t kSamples = 3;
constexpr const char* kByPeople = "confirmed in roost.yaml";

std::vector<std::string> NamesOf(const Database& database, const std::vector<int>& columns) {
  std::vector<std::string> names;
  for (int id : columns) names.push_back(database.ColumnAt(id).name);
  return names;
}

RelationTier TierOf(double probability, const Column& child, const EvidenceValues& f) {
  bool sure = probability >= kCertain && f[k_row_incl] == 1 && f[k_nmargin] > -0.05 &&
              child.distinct >= kLeastCertainValues;
  if (sure) {
    return RelationTier::kCertain;
  }
  return probability >= kProbable ? RelationTier::kProbable : RelationTier::kPossible;
}

Relation DescribePair(const Database& database, const Pair& pair, double probability) {
  const Column& child = database.ColumnAt(pair.child);
  const Column& parent = database.ColumnAt(pair.parent);
  Relation relation;
  relation.table = database.TableOf(child).name;
  relation.columns = {child.name};
  relation.ref_table = database.TableOf(parent).name;
  relation.ref_columns = {parent.name};
  relation.kind = child.IsList() ? RelationKind::kList : RelationKind::kReference;
  relation.cardinality = child.IsList() ? "n:m" : child.unique ? "1:1" : "n:1";
  relation.path_kind = child.path_kind;
  relation.tier = TierOf(probability, child, pair.evidence);
  relation.confidence = probability;
  relation.coverage = pair.evidence[k_cover];
  relation.orphan_rows = child.values - pair.contained_rows;
  relation.orphan_keys = pair.child_values - pair.contained_values;
  return relation;
}

Relation DescribeWide(const Database& database, const WideReference& wide) {
  Relation relation;
  relation.table = database.TableOf(database.ColumnAt(wide.children[0])).name;
  relation.columns = NamesOf(database, wide.children);
  relation.ref_table = database.TableOf(database.ColumnAt(wide.parents[0])).name;
  relation.ref_columns = NamesOf(database, wide.parents);
  relation.cardinality = wide.child_rows == wide.child_values ? "1:1" : "n:1";
  relation.tier = wide.sure ? RelationTier::kCertain : RelationTier::kProbable;
  relation.confidence = wide.sure ? wide.score : std::min(wide.score, 0.94);
  relation.coverage =
      static_cast<double>(wide.contained_values) / static_cast<double>(wide.parent_values);
  relation.orphan_rows = wide.child_rows - wide.contained_rows;
  relation.orphan_keys = wide.child_values - wide.contained_values;
  return relation;
}

Result<std::vector<std::string>> Orphans(const Database& database, const Column& child,
                                         const Column& parent, ValueStore& values) {
  std::vector<uint64_t> missing;
  auto look = [&](const std::vector<Distinct>& range) {
    auto more = LowestMissing(*range[0], *range[1], kSamples - missing.size());
    missing.insert(missing.end(), more.begin(), more.end());
    return missing.size() < kSamples;
  };
  ROOST_TRY(values.ForEachRangeOfValues(database, {child.id, parent.id}, look));
  return values.TextsOf(database, child, missing);
}

Status AddCopies(const Database& database, const Pair& pair, ValueStore& values,
                 Relation& relation) {
  ROOST_ASSIGN(auto copies, FindCopies(database, pair, values));
  for (const Copy& copy : copies) {
    const Column& column = database.ColumnAt(copy.column);
    const Column& ref_column = database.ColumnAt(copy.ref_column);
    std::vector<uint64_t> keys, here, there;
    for (const Copy::Difference& each : copy.differences) {
      keys.push_back(each.key);
      here.push_back(each.value);
      there.push_back(each.ref_value);
    }
    ROOST_ASSIGN(auto key_texts, values.TextsOf(database, database.ColumnAt(pair.child), keys));
    ROOST_ASSIGN(auto texts, values.TextsOf(database, column, here));
    ROOST_ASSIGN(auto ref_texts, values.TextsOf(database, ref_column, there));
    CopiedColumn& copied = relation.copies.emplace_back();
    copied.column = column.name;
    copied.ref_column = ref_column.name;
    copied.rows = copy.rows;
    copied.differing_rows = copy.rows - copy.agreeing;
    for (size_t i = 0; i < keys.size(); ++i) {
      copied.differences.push_back({key_texts[i], texts[i], ref_texts[i]});
    }
    relation.evidence.push_back(CopyInWords(database, copy));
  }
  return Status::OK();
}

/// Certain where the names belong to each other, or no accident makes such ids.
Relation DescribeConditional(const Database& database, const ConditionalReference& reference) {
  const Column& child = database.ColumnAt(reference.child);
  const Column& parent = database.ColumnAt(reference.parent);
  Relation relation;
  relation.table = database.TableOf(child).name;
  relation.columns = {child.name};
  relation.ref_table = database.TableOf(parent).name;
  relation.ref_columns = {parent.name};
  relation.when_column = database.ColumnAt(reference.kind_column).name;
  relation.when_value = reference.kind;
  relation.cardinality = reference.values == reference.rows ? "1:1" : "n:1";
  bool whole = reference.contained_rows == reference.rows;
  bool sure = whole && reference.values >= kLeastCertainValues;
  relation.tier = sure ? RelationTier::kCertain : RelationTier::kProbable;
  relation.confidence = sure ? 0.99 : 0.9;
  relation.coverage = static_cast<double>(reference.contained_values) /
                      static_cast<double>(std::max<uint64_t>(parent.distinct, 1));
  relation.orphan_rows = reference.rows - reference.contained_rows;
  relation.orphan_keys = reference.values - reference.contained_values;
  relation.evidence = EvidenceInWords(database, reference);
  return relation;
}

Status AddConditional(const Database& database, const Verdict& verdict, ValueStore& values,
                      std::vector<Relation>& relations) {
  for (const ConditionalReference& each : verdict.conditional) {
    Relation relation = DescribeConditional(database, each);
    const Column& child = database.ColumnAt(each.child);
    ROOST_ASSIGN(relation.samples, values.TextsOf(database, child, each.samples));
    ROOST_ASSIGN(relation.orphan_samples, values.TextsOf(database, child, each.missing));
    relations.push_back(std::move(relation));
  }
  return Status::OK();
}

Status AddPairs(const Database& database, const Verdict& verdict, ValueStore& values,
                std::vector<Relation>& relations) {
  for (const ChosenPair& each : verdict.chosen) {
    const Pair& pair = verdict.pairs[each.pair];
    const Column& child = database.ColumnAt(pair.child);
    Relation relation = DescribePair(database, pair, each.probability);
    relation.implied = each.implied;
    relation.confirmed = verdict.confirmed.contains(each.pair);
    if (relation.confirmed) relation.tier = RelationTier::kCertain;
    for (const auto& top : child.sketch.top().Top(kSamples)) relation.samples.push_back(top.text);
    relation.evidence = EvidenceInWords(database, pair);
    if (relation.confirmed) relation.evidence.insert(relation.evidence.begin(), kByPeople);
    ROOST_TRY(AddCopies(database, pair, values, relation));
    if (relation.orphan_keys > 0) {
      ROOST_ASSIGN(relation.orphan_samples,
                   Orphans(database, child, database.ColumnAt(pair.parent), values));
    }
    relations.push_back(std::move(relation));
  }
  return Status::OK();
}

void AddWide(const Database& database, const Verdict& verdict, std::vector<Relation>& relations) {
  for (const WideReference& wide : verdict.wide) {
    Relation relation = DescribeWide(database, wide);
    relation.evidence = EvidenceInWords(database, wide);
    relation.confirmed = wide.confirmed;
    if (wide.confirmed) {
      relation.tier = RelationTier::kCertain;
      relation.confidence = 1;
      relation.evidence.insert(relation.evidence.begin(), kByPeople);
    }
    relations.push_back(std::move(relation));
  }
}

/// Rows of a child table lie in rows of its parents: what the documents say needs no guess.
Status AddNesting(const Database& database, const Crew& crew, std::vector<Relation>& relations) {
  for (const Table& table : database.tables) {
    if (table.parent_name.empty() || table.parents.empty()) continue;
    ROOST_ASSIGN(ValueStore::Kept kept, ReadColumn(table, table.parent_name, false, crew));
    DistinctColumn parents_of = CountValues(std::move(kept.rows));
    for (const Table& parent : database.tables) {
      auto named = std::find(table.parents.begin(), table.parents.end(), parent.name);
      if (named == table.parents.end()) continue;
      ROOST_ASSIGN(ValueStore::Kept ids, ReadColumn(parent, parent.id_name, false, crew));
      Containment held = ContainedIn(parents_of, CountValues(std::move(ids.rows)));
      Relation& relation = relations.emplace_back();
      relation.table = table.name;
      relation.columns = {table.parent_name};
      relation.ref_table = parent.name;
      relation.ref_columns = {parent.id_name};
      relation.kind = RelationKind::kNesting;
      relation.cardinality = "n:1";
      relation.tier = RelationTier::kCertain;
      relation.confidence = 1;
      relation.coverage = static_cast<double>(held.values) /
                          static_cast<double>(std::max<uint64_t>(parent.rows, 1));
      relation.evidence = {"its rows lay inside the rows of " + parent.name +
                           " in the documents, at " + table.json_path};
    }
  }
  return Status::OK();
}

/// Other unique columns or sets of columns that look like keys.
std::vector<std::vector<std::string>> OtherKeys(const Database& database, const TableKeys& keys) {
  std::vector<std::vector<std::string>> others;
  for (size_t i = 0; i < keys.candidates.size(); ++i) {
    const KeyCandidate& key = keys.candidates[i];
    bool likely = key.minimal && (key.columns.size() == 1 || key.score > kLikelyKey);
    if (static_cast<int>(i) == keys.best || !likely) continue;
    others.push_back(NamesOf(database, key.columns));
  }
  return others;
}

}  // namespace

Result<RelateResult> Describe(const Database& database, const Overrides& overrides,
                              const Verdict& verdict, ValueStore& values) {
  RelateResult result;
  result.pair_count = verdict.contained_pairs;
  for (const Table& table : database.tables) {
    RelatedTable& described = result.tables.emplace_back();
    described.name = table.name;
    described.rows = table.rows;
    described.columns = table.columns.size();
    result.column_count += table.columns.size();
    const TableKeys& keys = verdict.keys[table.id];
    if (const KeyCandidate* best = keys.Best()) {
      described.primary_key = NamesOf(database, best->columns);
      described.key_confidence = best->score;
      described.key_confirmed = overrides.keys.contains(table.id);
    }
    described.other_keys = OtherKeys(database, keys);
  }
  ROOST_TRY(AddPairs(database, verdict, values, result.relations));
  ROOST_TRY(AddConditional(database, verdict, values, result.relations));
  AddWide(database, verdict, result.relations);
  ROOST_TRY(AddNesting(database, values.crew(), result.relations));
  std::stable_sort(result.relations.begin(), result.relations.end(),
                   [](const Relation& a, const Relation& b) {
                     return std::tie(a.table, a.columns, a.ref_table, a.ref_columns, a.when_value) <
                            std::tie(b.table, b.columns, b.ref_table, b.ref_columns, b.when_value);
                   });
  return result;
}

}  // namespace roost::relate
