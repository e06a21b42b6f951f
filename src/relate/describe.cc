#include <algorithm>

#include "relate/verdict.h"

namespace roost::relate {

namespace {

constexpr double kCertain = 0.95, kProbable = 0.75;

std::vector<std::string> NamesOf(const Database& database, const std::vector<int>& columns) {
  std::vector<std::string> names;
  for (int id : columns) names.push_back(database.ColumnAt(id).name);
  return names;
}

RelationTier TierOf(double probability, const EvidenceValues& f) {
  if (probability >= kCertain && f[k_row_incl] == 1 && f[k_nmargin] > -0.05) {
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
  relation.tier = TierOf(probability, pair.evidence);
  relation.confidence = probability;
  relation.coverage = pair.evidence[k_cover];
  relation.orphan_rows = child.values - pair.contained_rows;
  relation.orphan_keys = child.distinct - pair.contained_values;
  return relation;
}

Relation DescribeWide(const Database& database, const WideReference& wide) {
  Relation relation;
  relation.table = database.TableOf(database.ColumnAt(wide.children[0])).name;
  relation.columns = NamesOf(database, wide.children);
  relation.ref_table = database.TableOf(database.ColumnAt(wide.parents[0])).name;
  relation.ref_columns = NamesOf(database, wide.parents);
  relation.cardinality = wide.child_rows == wide.child_values ? "1:1" : "n:1";
  relation.tier = RelationTier::kProbable;
  relation.confidence = std::min(wide.score, 0.94);
  relation.coverage =
      static_cast<double>(wide.contained_values) / static_cast<double>(wide.parent_values);
  relation.orphan_rows = wide.child_rows - wide.contained_rows;
  relation.orphan_keys = wide.child_values - wide.contained_values;
  return relation;
}

}  // namespace

Result<RelateResult> Describe(const Database& database, const Verdict& verdict, ValueStore&) {
  RelateResult result;
  result.column_count = database.columns.size();
  result.pair_count = verdict.pairs.size();
  for (const Table& table : database.tables) {
    RelatedTable& described = result.tables.emplace_back();
    described.name = table.name;
    described.rows = table.rows;
    described.columns = table.columns.size();
    if (const KeyCandidate* best = verdict.keys[table.id].Best()) {
      described.primary_key = NamesOf(database, best->columns);
      described.key_confidence = best->score;
    }
  }
  for (const ChosenPair& each : verdict.chosen) {
    result.relations.push_back(DescribePair(database, verdict.pairs[each.pair], each.probability));
  }
  for (const WideReference& wide : verdict.wide) {
    result.relations.push_back(DescribeWide(database, wide));
  }
  std::stable_sort(result.relations.begin(), result.relations.end(),
                   [](const Relation& a, const Relation& b) {
                     return std::tie(a.table, a.columns) < std::tie(b.table, b.columns);
                   });
  return result;
}

}  // namespace roost::relate
