#include <nlohmann/json.hpp>

#include "roost/validate.h"
#include "validate/rule_forms.h"

namespace roost {

namespace validate {

namespace {

using Json = nlohmann::ordered_json;

Json TypeNames() {
  Json names = Json::array();
  for (const char* name : kValueTypeNames) names.push_back(name);
  return {{"enum", names}};
}

Json List(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Json Pair(Json types) {
  return {
      {"type", "array"}, {"minItems", 2}, {"maxItems", 2}, {"items", {{"type", std::move(types)}}}};
}

Json Between() {
  Json between = Pair({"number", "null"});
  between["description"] = "[least, most]; null for none";
  return between;
}

Json JsonOf(Shape shape) {
  const Json text = {{"type", "string"}}, number = {{"type", "number"}};
  switch (shape) {
    case Shape::kText:
      return text;
    case Shape::kTexts:
      return List(text);
    case Shape::kNumber:
      return number;
    case Shape::kTextOrNumber:
      return {{"type", {"string", "number"}}};
    case Shape::kFlag:
      return {{"type", "boolean"}};
    case Shape::kShare:
      return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    case Shape::kSpan:
      return {{"type", "string"}, {"pattern", "^[0-9.]+(us|ms|s|min|h|d)$"}};
    case Shape::kColumns:
      return {{"$ref", "#/$defs/columns"}};
    case Shape::kColumnTypes:
      return {{"anyOf", {List(text), {{"type", "object"}, {"additionalProperties", TypeNames()}}}}};
    case Shape::kBetween:
      return Between();
    case Shape::kEnds:
      return Pair({"string", "number", "null"});
    case Shape::kValues:
      return List({{"type", {"string", "number", "boolean"}}});
    case Shape::kLength:
      return {{"anyOf", {number, Between()}}};
    case Shape::kType:
      return TypeNames();
    case Shape::kSeverity:
      return {{"enum", {"warning", "error", "critical"}}, {"default", "error"}};
    case Shape::kThreshold:
      return {{"$ref", "#/$defs/threshold"}};
  }
  return {};
}

Json About(Json json, std::string_view about) {
  if (!about.empty()) json["description"] = about;
  return json;
}

Json Object(Json properties) {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

/// A rule as a mapping: its own keys, and those that every rule may have.
Json Mapping(const Form& form) {
  Json properties, needed = Json::array();
  if (form.needs_name) needed.push_back("name");
  for (const Entry& entry : form.entries) {
    properties[entry.key] = About(JsonOf(entry.shape), entry.about);
    if (entry.is_needed) needed.push_back(entry.key);
  }
  for (const Entry& option : kOptions) {
    properties[option.key] = About(JsonOf(option.shape), option.about);
  }
  Json json = Object(std::move(properties));
  if (!needed.empty()) json["required"] = std::move(needed);
  return About(std::move(json), form.about);
}

Json AnyOf(Json one, Json other) { return {{"anyOf", {std::move(one), std::move(other)}}}; }

/// The value of the first key alone, or the mapping.
Json ShortOrMapping(const Form& form) {
  return AnyOf(JsonOf(form.entries[0].shape), Mapping(form));
}

Json Column() {
  Json properties;
  for (const Facet& facet : kFacets) {
    std::vector<Entry> is = {{"is", facet.entry.shape, {}, kNeeded}};
    is.insert(is.end(), facet.more.begin(), facet.more.end());
    properties[facet.entry.key] = About(ShortOrMapping({is}), facet.entry.about);
  }
  return Object(std::move(properties));
}

Json Table() {
  Json table;
  table["key"] = About(ShortOrMapping(kKeyForm), "what tells rows apart; critical");
  table["unique"] =
      About(List(ShortOrMapping(kKeyForm)), "further keys, each of one column or several");
  table["references"] = List(Mapping(kReferenceForm));
  table["capacity"] = List(AnyOf(Mapping(kParentCapacityForm), Mapping(kChildCapacityForm)));
  table["rows_for_each"] = List(Mapping(kRowsForEachForm));
  table["depends"] = List(Mapping(kDependencyForm));
  table["compare"] = List(Mapping(kComparisonForm));
  table["rows"] = About(ShortOrMapping(kRowCountForm), "how many rows the table has");
  table["volume"] =
      About(ShortOrMapping(kVolumeForm),
            "how far the number of rows may be from the median of earlier runs, as a share");
  table["freshness"] = Mapping(kFreshnessForm);
  table["schema"] = Mapping(kSchemaForm);
  table["anomalies"] =
      About(AnyOf(JsonOf(Shape::kFlag), Mapping(kAnomaliesForm)),
            "what is strange without a rule; no part of the score; false: do not look");
  table["columns"] = {{"type", "object"}, {"additionalProperties", {{"$ref", "#/$defs/column"}}}};
  table["rules"] = List(Mapping(kConditionForm));
  return Object(std::move(table));
}

Json File() {
  Json file;
  file["world"] = About(JsonOf(Shape::kText), "the world whose rules these are");
  file["missing"] = {{"enum", {"error", "empty"}},
                     {"default", "error"},
                     {"description", "what it means that a table or column is not there"}};
  file["baseline"] = About(JsonOf(Shape::kTextOrNumber),
                           "what drift is measured from: a run's number, a JSON report, or a "
                           "folder that was judged, beside this file; default: the last run");
  file["files"] = Mapping(kFilesForm);
  file["tables"] = {{"type", "object"}, {"additionalProperties", Table()}};
  file["rules"] = List(Mapping(kQueryForm));
  return Object(std::move(file));
}

}  // namespace

}  // namespace validate

std::string RulesSchemaJson() {
  using namespace validate;
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Rules of roost validate"}};
  schema.update(File());
  Json names = List({{"type", "string"}});
  names["minItems"] = 1;
  schema["$defs"] = {{"threshold",
                      {{"type", {"number", "string"}},
                       {"description", "rows, or a share of the rows tested: 1 %"}}},
                     {"columns", AnyOf(JsonOf(Shape::kText), std::move(names))},
                     {"column", Column()}};
  return schema.dump(1) + "\n";
}

}  // namespace roost
