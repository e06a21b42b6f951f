#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/sql_text.h"
#include "query/answer.h"
#include "relate/value_store.h"
#include "relate/verdict.h"
#include "validate/column_names.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

constexpr double kLeastConfidence = 0.5;
constexpr uint64_t kLeastParents = 20;
constexpr double kLeastContained = 0.95;  // of tuples, in the key that they refer to
constexpr double kMostOverfull = 0.1;     // of parents
constexpr double kLeastFilled = 0.1;      // of seats

std::vector<const Field*> FieldsOf(const TableInfo& table, const std::vector<std::string>& names) {
  std::vector<const Field*> fields;
  for (const std::string& name : names) {
    if (const Field* field = table.Find(name)) fields.push_back(field);
  }
  return fields;
}

std::string Joined(const std::vector<const Field*>& fields) {
  std::string names;
  for (const Field* field : fields) names += (names.empty() ? "" : "+") + field->name;
  return names;
}

void AddKey(Suggestions& all, const TableInfo& table, const std::vector<const Field*>& fields,
            const std::string& evidence) {
  for (const Rule& rule : all.rules) {
    if (rule.kind == Kind::kUnique && rule.table == &table && rule.fields == fields) return;
  }
  bool first = std::none_of(all.rules.begin(), all.rules.end(), [&](const Rule& rule) {
    return rule.kind == Kind::kUnique && rule.table == &table;
  });
  Rule& rule = all.Add(Kind::kUnique, table, fields, first ? "key" : Joined(fields) + ".unique");
  rule.is_key = first;
  rule.severity = first ? Severity::kCritical : Severity::kError;
  rule.evidence = evidence;
  all.in_keys.insert(fields.begin(), fields.end());
}

bool IsTrusted(const Relation& relation, const TableInfo& table) {
  if (relation.kind != RelationKind::kReference || relation.implied) return false;
  if (relation.tier != RelationTier::kPossible) return true;
  // Texts that are found again in another table's key are hardly there by accident.
  const Field* field = table.Find(relation.columns[0]);
  return field && field->type() == shred::FinalType::kText &&
         relation.confidence >= kLeastConfidence;
}

void AddRelations(Suggestions& all, const RelateResult& found) {
  for (const RelatedTable& related : found.tables) {
    const TableInfo* table = all.tables.Find(related.name);
    if (!table || related.primary_key.empty()) continue;
    AddKey(all, *table, FieldsOf(*table, related.primary_key),
           fmt::format("tells rows apart, but for repeated ones; confidence {:.2f}",
                       related.key_confidence));
  }
  for (const Relation& relation : found.relations) {
    const TableInfo* table = all.tables.Find(relation.table);
    const TableInfo* parent = all.tables.Find(relation.ref_table);
    if (!table || !parent || !IsTrusted(relation, *table)) continue;
    auto fields = FieldsOf(*table, relation.columns);
    auto key = FieldsOf(*parent, relation.ref_columns);
    if (fields.size() != key.size() || fields.empty()) continue;
    AddKey(all, *parent, key, "other tables refer to it");
    Rule& rule = all.Add(Kind::kReference, *table, fields, Joined(fields) + ".reference");
    rule.other_table = parent;
    rule.other_fields = key;
    rule.evidence = fmt::format("confidence {:.2f}", relation.confidence);
    for (const std::string& reason : relation.evidence) rule.evidence += "; " + reason;
    all.in_keys.insert(fields.begin(), fields.end());
  }
}

/// Which part of a table's tuples are keys of another table.
Result<double> ShareContained(const Suggestions& all, const TableInfo& table,
                              const std::vector<const Field*>& fields, const TableInfo& parent) {
  std::string names, same;
  for (const Field* field : fields) {
    std::string name = SqlName(field->name);
    names += (names.empty() ? "" : ", ") + name;
    same += (same.empty() ? "c." : " AND c.") + name + " = p." + name;
  }
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(all.session, "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM " +
                                  RowsOf(all, parent) + " p WHERE " + same +
                                  ")) FROM (SELECT DISTINCT " + names + " FROM " +
                                  RowsOf(all, table) + ") c"));
  auto tuples = static_cast<double>(answer.Count(0));
  return tuples < kLeastParents ? 0 : static_cast<double>(answer.Count(1)) / tuples;
}

/// Keys of several columns that another table has under the same names, and nearly always fulfils.
/// Orphans hide such references from `relate`, which judges them by their parts.
Status AddWideReferences(Suggestions& all) {
  std::vector<Rule> keys;
  for (const Rule& rule : all.rules) {
    if (rule.kind == Kind::kUnique && rule.fields.size() > 1) keys.push_back(rule);
  }
  for (const Rule& key : keys) {
    for (const TableInfo& table : all.tables.all()) {
      std::vector<const Field*> fields;
      for (const Field* field : key.fields) {
        const Field* own = table.Find(field->name);
        if (own && own->type() == field->type()) fields.push_back(own);
      }
      bool known = std::any_of(all.rules.begin(), all.rules.end(), [&](const Rule& rule) {
        return rule.kind == Kind::kReference && rule.table == &table && rule.fields == fields;
      });
      if (&table == key.table || fields.size() != key.fields.size() || known) continue;
      ROOST_ASSIGN(double share, ShareContained(all, table, fields, *key.table));
      if (share < kLeastContained) continue;
      Rule& rule = all.Add(Kind::kReference, table, fields, Joined(fields) + ".reference");
      rule.other_table = key.table;
      rule.other_fields = key.fields;
      rule.evidence =
          fmt::format("the same names, and {:.1f} % of the keys are there", share * 100);
      all.in_keys.insert(fields.begin(), fields.end());
    }
  }
  return Status::OK();
}

/// A column that seems to limit how many rows may refer to its row, if nearly all rows keep it.
Status AddCapacities(Suggestions& all) {
  std::vector<Rule> references;
  for (const Rule& rule : all.rules) {
    if (rule.kind == Kind::kReference && rule.fields.size() == 1) references.push_back(rule);
  }
  for (const Rule& reference : references) {
    for (const Field& limit : reference.other_table->fields) {
      if (!LooksLikeLimit(limit)) continue;
      std::string seats = SqlName(limit.name), key = SqlName(reference.other_fields[0]->name);
      std::string by = SqlName(reference.fields[0]->name);
      ROOST_ASSIGN(
          query::Answer answer,
          query::Ask(all.session,
                     "SELECT count(*), count(*) FILTER (WHERE coalesce(n, 0) > " + seats +
                         "), coalesce(sum(n) / sum(" + seats + "), 0) FROM " +
                         RowsOf(all, *reference.other_table) + " p LEFT JOIN (SELECT " + by +
                         " AS by_key, count(*) AS n FROM " + RowsOf(all, *reference.table) +
                         " GROUP BY ALL) c ON p." + key + " = c.by_key WHERE " + seats + " > 0"));
      auto parents = static_cast<double>(answer.Count(0));
      auto overfull = static_cast<double>(answer.Count(1));
      double filled = answer.Number(0, 2);
      if (parents < kLeastParents || overfull > kMostOverfull * parents || filled < kLeastFilled) {
        continue;
      }
      Rule& rule = all.Add(Kind::kCapacity, *reference.other_table, reference.other_fields,
                           reference.table->name() + ".capacity");
      rule.other_table = reference.table;
      rule.other_fields = reference.fields;
      rule.limit = &limit;
      rule.evidence = fmt::format("{} of {} rows keep it, {:.0f} % of the seats are taken",
                                  parents - overfull, parents, filled * 100);
    }
  }
  return Status::OK();
}

Result<relate::Analysis> AnalyseSources(const RelateOptions& options,
                                        const std::vector<relate::TableSource>& sources) {
  relate::ValueStore values;
  return relate::Analyse(options, values, sources);
}

}  // namespace

Status SuggestKeys(Suggestions& all, const std::string& folder) {
  ROOST_ASSIGN(auto sources, CleanSources(all, folder));
  if (sources.empty()) return Status::OK();
  RelateOptions options;
  options.folder = folder;
  options.write_files = false;
  options.threads = all.options.threads;
  options.memory_bytes = all.options.memory_bytes;
  options.should_stop = all.options.should_stop;
  ROOST_ASSIGN(relate::Analysis found, AnalyseSources(options, sources));
  ROOST_ASSIGN(bool are_others, CleanLarge(all, folder, found.database, sources));
  if (are_others) {
    found = {};
    ROOST_ASSIGN(found, AnalyseSources(options, sources));
  }
  AddRelations(all, found.result);
  ROOST_TRY(AddWideReferences(all));
  return AddCapacities(all);
}

}  // namespace roost::validate
