#include <re2/re2.h>

#include <charconv>
#include <cmath>

#include "validate/rules_parser.h"

namespace roost::validate {

namespace {

bool IsQuoted(const YAML::Node& node) { return node.Tag() == "!"; }

bool IsNumber(const std::string& text) {
  double value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

Kind KindOfFacet(const std::string& facet) {
  if (facet == "required") return Kind::kNotNull;
  if (facet == "null_share") return Kind::kNullShare;
  if (facet == "range") return Kind::kRange;
  if (facet == "set") return Kind::kSet;
  if (facet == "pattern") return Kind::kPattern;
  if (facet == "length") return Kind::kLength;
  if (facet == "type") return Kind::kType;
  return Kind::kDrift;
}

}  // namespace

void RulesParser::Columns(const Scope& scope, const Node& node) {
  if (!reader_.IsMapping(node, "columns")) return;
  for (const auto& entry : node) Column(scope, entry.first, entry.second);
}

void RulesParser::Column(const Scope& scope, const Node& name, const Node& body) {
  if (!reader_.IsMapping(
          body, "a column",
          {"required", "null_share", "range", "set", "pattern", "length", "type", "drift"})) {
    return;
  }
  Rule rule = Begin(scope, Kind::kNotNull, name);
  if (const Field* field = FindField(scope, name, rule)) rule.fields = {field};
  for (const auto& entry : body) {
    Rule own = rule;
    own.place = reader_.PlaceOf(entry.first);
    Facet(std::move(own), entry.first.Scalar(), entry.second);
  }
}

void RulesParser::Facet(Rule rule, const std::string& facet, const Node& node) {
  if (node.IsMap() && !IsRule(node, facet, {"is"})) return;
  Node value = node.IsMap() ? node["is"] : node;
  if (!value.IsDefined()) return reader_.Expected(node, "`is` with the value of " + facet);
  rule.kind = KindOfFacet(facet);
  switch (rule.kind) {
    case Kind::kNotNull:
      if (!reader_.Flag(value, facet)) return;
      break;
    case Kind::kNullShare:
      rule.share = reader_.Share(value, facet);
      break;
    case Kind::kRange:
      Range(rule, value);
      break;
    case Kind::kSet:
      Values(rule, value);
      break;
    case Kind::kPattern:
      Pattern(rule, value);
      break;
    case Kind::kLength:
      Length(rule, value);
      break;
    case Kind::kType:
      rule.type = static_cast<ValueType>(reader_.Word(
          value, "a type", {"integer", "number", "bool", "text", "date", "timestamp", "list"}));
      break;
    default:
      rule.share = reader_.Number(value, "how far a distribution may move");
  }
  std::string column = rule.fields.empty() ? "" : rule.fields[0]->name;
  Finish(std::move(rule), node, column + "." + facet);
}

void RulesParser::Range(Rule& rule, const Node& value) {
  if (!reader_.IsSequence(value, "a list [least, most]") || value.size() != 2) {
    return reader_.Expected(value, "two values, [least, most]; null for none");
  }
  if (!value[0].IsNull()) rule.low = ReadLiteral(value[0], "the least value");
  if (!value[1].IsNull()) rule.high = ReadLiteral(value[1], "the largest value");
  if (rule.low) CheckLiteral(rule, *rule.low, value[0]);
  if (rule.high) CheckLiteral(rule, *rule.high, value[1]);
  bool numbers = rule.low && rule.high && rule.low->is_number && rule.high->is_number;
  if (numbers && std::stod(rule.low->text) > std::stod(rule.high->text)) {
    reader_.Fail(value, "the least value is above the largest");
  }
}

void RulesParser::Values(Rule& rule, const Node& value) {
  EachOf(value, "a list of values",
         [&](const Node& entry) { rule.values.push_back(ReadLiteral(entry, "a value")); });
}

void RulesParser::Pattern(Rule& rule, const Node& value) {
  rule.text = reader_.Text(value, "a pattern");
  re2::RE2 pattern(rule.text, re2::RE2::Quiet);
  if (!pattern.ok()) reader_.Fail(value, "this is no pattern: " + pattern.error());
}

void RulesParser::Length(Rule& rule, const Node& value) {
  if (value.IsScalar()) {
    rule.least = rule.most = reader_.Number(value, "a length");
  } else {
    Between(value, rule);
  }
}

Literal RulesParser::ReadLiteral(const Node& node, const std::string& what) {
  Literal literal;
  literal.text = reader_.Text(node, what);
  if (IsQuoted(node)) return literal;
  literal.is_bool = literal.text == "true" || literal.text == "false";
  literal.is_number = IsNumber(literal.text);
  return literal;
}

void RulesParser::CheckLiteral(const Rule& rule, const Literal& literal, const Node& node) {
  if (rule.fields.empty()) return;
  ValueKind kind = KindOf(rule.fields[0]->type());
  if (kind == ValueKind::kNumber && !literal.is_number) {
    reader_.Expected(node, "a number, as '" + rule.fields[0]->name + "' holds numbers");
  } else if (kind == ValueKind::kDate || kind == ValueKind::kTimestamp) {
    (void)reader_.Time(node, "an end of the range of '" + rule.fields[0]->name + "'");
  } else if (kind == ValueKind::kList || kind == ValueKind::kJson) {
    reader_.Fail(node, "'" + rule.fields[0]->name + "' holds values that have no order");
  }
}

}  // namespace roost::validate
