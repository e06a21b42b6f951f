#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "roost/relate.h"

namespace roost {

namespace {

using Json = nlohmann::json;

std::string Lowered(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return text;
}

/// A reference without regard to case and to the order of its columns.
struct Reference {
  std::string table, ref_table;
  std::set<std::pair<std::string, std::string>> columns;
  auto operator<=>(const Reference&) const = default;
};

Reference Make(const std::string& table, const std::vector<std::string>& columns,
               const std::string& ref_table, const std::vector<std::string>& ref_columns) {
  Reference reference{Lowered(table), Lowered(ref_table), {}};
  for (size_t i = 0; i < std::min(columns.size(), ref_columns.size()); ++i) {
    reference.columns.emplace(Lowered(columns[i]), Lowered(ref_columns[i]));
  }
  return reference;
}

std::set<Reference> ReferencesIn(const Json& truth, const char* name) {
  std::set<Reference> references;
  if (!truth.contains(name)) return references;
  for (const Json& each : truth[name]) {
    references.insert(
        Make(each.at("table"), each.at("columns"), each.at("ref_table"), each.at("ref_columns")));
  }
  return references;
}

std::set<std::string> NamesIn(const Json& names) {
  std::set<std::string> lowered;
  for (const Json& name : names) lowered.insert(Lowered(name.get<std::string>()));
  return lowered;
}

std::string InWords(const Reference& reference) {
  std::string columns, ref_columns;
  for (const auto& [column, ref_column] : reference.columns) {
    columns += (columns.empty() ? "" : ",") + column;
    ref_columns += (ref_columns.empty() ? "" : ",") + ref_column;
  }
  return fmt::format("{}.({}) -> {}.({})", reference.table, columns, reference.ref_table,
                     ref_columns);
}

void ScoreReferences(const RelateResult& result, const Json& truth, RelateScore& score) {
  std::set<Reference> wanted = ReferencesIn(truth, "foreign_keys"), neutral;
  for (const char* name : {"implied_foreign_keys", "also_true", "foreign_keys_undetectable"}) {
    neutral.merge(ReferencesIn(truth, name));
  }
  std::set<Reference> found;
  for (const Relation& relation : result.relations) {
    if (relation.kind == RelationKind::kNesting) continue;
    Reference reference =
        Make(relation.table, relation.columns, relation.ref_table, relation.ref_columns);
    if (!found.insert(reference).second) continue;
    bool wide = relation.columns.size() > 1, certain = relation.tier == RelationTier::kCertain;
    if (wanted.contains(reference)) {
      ++score.right;
      score.wide_right += wide;
      score.certain_right += certain;
    } else if (!neutral.contains(reference) && !relation.implied) {
      ++score.wrong;
      score.wide_wrong += wide;
      score.certain_wrong += certain;
      score.misses.push_back(fmt::format("wrong{}: {} ({:.3f})", certain ? ", certain" : "",
                                         InWords(reference), relation.confidence));
    }
  }
  for (const Reference& reference : wanted) {
    if (found.contains(reference)) continue;
    ++score.missed;
    score.wide_missed += reference.columns.size() > 1;
    score.misses.push_back("missed: " + InWords(reference));
  }
}

void ScoreKeys(const RelateResult& result, const Json& truth, RelateScore& score) {
  std::map<std::string, std::set<std::string>> found;
  for (const RelatedTable& table : result.tables) {
    for (const std::string& name : table.primary_key) {
      found[Lowered(table.name)].insert(Lowered(name));
    }
  }
  for (const auto& [name, table] : truth.at("tables").items()) {
    if (!table.contains("primary_key") || table["primary_key"].empty()) continue;
    if (table.value("primary_key_holds", true) == false) continue;
    ++score.keys;
    std::set<std::string> wanted = NamesIn(table["primary_key"]), had = found[Lowered(name)];
    bool exact = had == wanted, other = false;
    for (const Json& key : table.value("unique_keys", Json::array())) {
      other = other || had == NamesIn(key);
    }
    score.keys_exact += exact;
    score.keys_true += exact || other;
    if (!exact) {
      score.misses.push_back(fmt::format("key of {}: ({}), found ({})", name,
                                         fmt::join(wanted, ","), fmt::join(had, ",")));
    }
  }
}

}  // namespace

Result<RelateScore> ScoreRelations(const RelateResult& result, const std::string& truth_file) {
  std::ifstream stream(truth_file);
  if (!stream) return Status::IOError("cannot read ", truth_file);
  Json truth = Json::parse(stream, nullptr, false);
  RelateScore score;
  try {
    ScoreReferences(result, truth, score);
    ScoreKeys(result, truth, score);
  } catch (const Json::exception& error) {
    return Status::Invalid(truth_file, ": ", error.what(),
                           "; docs/relations.md says what a truth file holds");
  }
  return score;
}

}  // namespace roost
