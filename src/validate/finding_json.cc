#include "validate/finding_json.h"

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <vector>

#include "roost/validate.h"

namespace roost::validate {
namespace {

using Json = nlohmann::ordered_json;

/// As text at once: JSON values of a thousand rules and thirty runs took an eighth of a run's time.
std::string Past(const std::vector<PastCount>& history) {
  std::string past = "[";
  for (const PastCount& count : history) {
    fmt::format_to(std::back_inserter(past), R"({}{{"run":{},"tested":{},"failed":{}}})",
                   past.size() == 1 ? "" : ",", count.run, count.tested, count.failed);
  }
  return past + "]";
}

void AddText(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

// What only references have.
void AddOrphans(Json& json, const RuleResult& rule) {
  if (!rule.orphan_keys) return;
  json["orphan_keys"] = *rule.orphan_keys;
  json["orphan_values"] = rule.orphan_values;
  json["healed"] = rule.healed;
  json["healed_keys"] = rule.healed_keys;
  json["healed_values"] = rule.healed_values;
}

void AddDrift(Json& json, const RuleResult& rule) {
  if (!rule.drift) return;
  json["drift"] = {{"distance", rule.drift->distance},
                   {"measure", rule.drift->is_wasserstein ? "wasserstein" : "jensen_shannon"},
                   {"psi", rule.drift->psi},
                   {"against", rule.drift->against}};
}

void AddSuggestion(Json& json, const RuleResult& rule) {
  json["suggested"] = rule.suggested;
  AddText(json, "evidence", rule.evidence);
  if (rule.false_alarm_rate) json["false_alarm_rate"] = *rule.false_alarm_rate;
}

/// All but the history.
Json FindingValue(const RuleResult& rule) {
  Json json = {{"name", rule.name},
               {"outcome", NameOf(rule.outcome)},
               {"severity", NameOf(rule.severity)},
               {"dimension", NameOf(rule.dimension)},
               {"kind", rule.kind},
               {"table", rule.table},
               {"columns", rule.columns},
               {"text", rule.text},
               {"message", rule.message},
               {"tested", rule.tested},
               {"failed", rule.failed}};
  AddOrphans(json, rule);
  AddDrift(json, rule);
  json["p"] = rule.p;
  json["weight"] = rule.weight;
  json["points_lost"] = rule.points_lost;
  if (!rule.tags.empty()) json["tags"] = rule.tags;
  AddText(json, "where", rule.where);
  AddText(json, "thresholds", rule.thresholds);
  AddText(json, "sql", rule.sql);
  AddText(json, "reproduce", rule.reproduce);
  AddText(json, "failures_file", rule.failures_file);
  Json samples = Json::array();
  for (const FailingRow& row : rule.samples) samples.push_back(FailingRowValue(row));
  json["samples"] = std::move(samples);
  json["samples_are_all"] = rule.samples_are_all;
  AddSuggestion(json, rule);
  return json;
}

}  // namespace

Json FailingRowValue(const FailingRow& row) {
  Json json = Json::object();
  AddText(json, "reason", row.reason);
  if (row.id >= 0) json["id"] = row.id;
  AddText(json, "file", row.file);
  if (row.record >= 0) json["record"] = row.record;
  if (row.offset >= 0) json["offset"] = row.offset;
  AddText(json, "json_path", row.json_path);
  Json values = Json::object();
  for (const auto& [column, value] : row.values) values[column] = value;
  json["values"] = std::move(values);
  return json;
}

std::string OneLine(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace roost::validate

namespace roost {

std::string FindingJson(const RuleResult& rule) {
  std::string text = validate::OneLine(validate::FindingValue(rule));
  text.back() = ',';  // of the object's members
  return text + "\"history\":" + validate::Past(rule.history) + "}";
}

}  // namespace roost
