#include "validate/rules_parser.h"

namespace roost::validate {

void RulesParser::RowCount(const Scope& scope, const Node& node) {
  Rule rule = Begin(scope, Kind::kRows, node);
  if (node.IsMap() && !IsRule(node, "a count of rows", kRowCountForm)) return;
  Between(node.IsMap() ? Needed(node, "between", "[least, most]") : node, rule);
  rule.is_absent = false;  // a table that is not there has no rows
  Finish(std::move(rule), node, "rows");
}

void RulesParser::Volume(const Scope& scope, const Node& node) {
  Rule rule = Begin(scope, Kind::kVolume, node);
  if (node.IsMap() && !IsRule(node, "a volume", kVolumeForm)) return;
  rule.share = reader_.Number(node.IsMap() ? Needed(node, "change", "a share") : node,
                              "a share of change like 0.5");
  Finish(std::move(rule), node, "volume");
}

void RulesParser::Freshness(const Scope& scope, const Node& node) {
  if (!IsRule(node, "freshness", kFreshnessForm)) return;
  Rule rule = Begin(scope, Kind::kFreshness, node);
  if (const Field* field = FindField(scope, node["column"], rule)) {
    ValueKind kind = KindOf(field->type());
    if (kind != ValueKind::kDate && kind != ValueKind::kTimestamp) {
      reader_.Fail(node["column"], "'" + field->name + "' holds no dates or timestamps");
    }
    rule.fields = {field};
  }
  rule.span_us =
      reader_.Duration(Needed(node, "within", "a time span"), "how old the newest row may be");
  if (node["of"]) rule.moment_us = reader_.Time(node["of"], "the moment to compare with");
  Finish(std::move(rule), node, "freshness");
}

void RulesParser::Schema(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a schema", kSchemaForm)) return;
  Rule rule = Begin(scope, Kind::kSchema, node);
  if (node["closed"]) rule.is_closed = reader_.Flag(node["closed"], "closed");
  if (node["columns"] && node["columns"].IsSequence()) {
    for (const auto& name : node["columns"]) {
      rule.schema.emplace_back(reader_.Text(name, "the name of a column"), "");
    }
  } else if (node["columns"] && reader_.IsMapping(node["columns"], "columns and their types")) {
    for (const auto& entry : node["columns"]) {
      rule.schema.emplace_back(entry.first.Scalar(), kValueTypeNames[TypeName(entry.second)]);
    }
  } else if (!node["columns"]) {
    reader_.Expected(node, "columns in a schema");
  }
  Finish(std::move(rule), node, "schema");
}

void RulesParser::Anomalies(const Scope& scope, const Node& node) {
  Rule rule = Begin(scope, Kind::kAnomaly, node);
  rule.severity = Severity::kWarning;
  if (!node.IsMap()) {
    rule.is_off = !reader_.Flag(node, "anomalies");
  } else if (!IsRule(node, "anomalies", kAnomaliesForm)) {
    return;
  }
  if (node.IsMap() && node["columns"]) rule.fields = FindFields(scope, node["columns"], rule);
  if (node.IsMap() && node["method"]) {
    rule.is_forest = reader_.Word(node["method"], "a method", {"mean_rank", "forest"}) == 1;
  }
  if (node.IsMap() && node["where"]) reader_.Fail(node["where"], "anomalies are of all rows");
  Finish(std::move(rule), node, "anomalies");
}

}  // namespace roost::validate
