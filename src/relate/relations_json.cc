#include <cmath>
#include <nlohmann/json.hpp>

#include "roost/relate.h"

namespace roost {

namespace {

using Json = nlohmann::ordered_json;

double Rounded(double value) { return std::round(value * 1000) / 1000; }

const char* NameOf(RelationTier tier) {
  return tier == RelationTier::kCertain    ? "certain"
         : tier == RelationTier::kProbable ? "probable"
                                           : "possible";
}

const char* NameOf(RelationKind kind) {
  return kind == RelationKind::kNesting ? "nesting"
         : kind == RelationKind::kList  ? "list"
                                        : "reference";
}

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json WhenJson(const Relation& relation) {
  if (relation.when_column.empty()) return Json();
  return {{"column", relation.when_column}, {"value", relation.when_value}};
}

Json CopiesJson(const Relation& relation) {
  Json copies = Json::array();
  for (const CopiedColumn& copy : relation.copies) {
    Json differences = Json::array();
    for (const auto& each : copy.differences) {
      differences.push_back(
          {{"key", each.key}, {"value", each.value}, {"ref_value", each.ref_value}});
    }
    copies.push_back({{"column", copy.column},
                      {"ref_column", copy.ref_column},
                      {"rows", copy.rows},
                      {"differing_rows", copy.differing_rows},
                      {"differences", differences}});
  }
  return copies;
}

}  // namespace

std::string RelationsJson(const RelateResult& result) {
  Json json = {{"version", 1}, {"tables", Json::object()}, {"relations", Json::array()}};
  for (const RelatedTable& table : result.tables) {
    json["tables"][table.name] = {{"rows", table.rows},
                                  {"columns", table.columns},
                                  {"primary_key", table.primary_key},
                                  {"key_confidence", Rounded(table.key_confidence)},
                                  {"key_confirmed", table.key_confirmed},
                                  {"other_keys", table.other_keys}};
  }
  for (const Relation& relation : result.relations) {
    json["relations"].push_back({{"table", relation.table},
                                 {"columns", relation.columns},
                                 {"ref_table", relation.ref_table},
                                 {"ref_columns", relation.ref_columns},
                                 {"kind", NameOf(relation.kind)},
                                 {"when", WhenJson(relation)},
                                 {"path_kind", OrNull(relation.path_kind)},
                                 {"cardinality", relation.cardinality},
                                 {"tier", NameOf(relation.tier)},
                                 {"confidence", Rounded(relation.confidence)},
                                 {"coverage", Rounded(relation.coverage)},
                                 {"orphan_rows", relation.orphan_rows},
                                 {"orphan_keys", relation.orphan_keys},
                                 {"implied", relation.implied},
                                 {"confirmed", relation.confirmed},
                                 {"samples", relation.samples},
                                 {"orphan_samples", relation.orphan_samples},
                                 {"evidence", relation.evidence},
                                 {"copies", CopiesJson(relation)}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace roost
