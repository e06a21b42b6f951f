#include <re2/re2.h>

#include <algorithm>
#include <filesystem>

#include "validate/rules_parser.h"

namespace roost::validate {

void RulesParser::Columns(const Scope& scope, const Node& node) {
  if (!reader_.IsMapping(node, "columns")) return;
  for (const auto& entry : node) Column(scope, entry.first, entry.second);
}

void RulesParser::Column(const Scope& scope, const Node& name, const Node& body) {
  std::vector<std::string_view> keys;
  for (const Facet& facet : kFacets) keys.push_back(facet.entry.key);
  if (!reader_.IsMapping(body, "a column", keys)) return;
  Rule rule = Begin(scope, Kind::kNotNull, name);
  if (const Field* field = FindField(scope, name, rule)) rule.fields = {field};
  for (const auto& entry : body) {
    Rule own = rule;
    own.place = reader_.PlaceOf(entry.first);
    auto facet = std::ranges::find(keys, entry.first.Scalar()) - keys.begin();
    ColumnRule(std::move(own), name.Scalar(), kFacets[static_cast<size_t>(facet)], entry.second);
  }
}

void RulesParser::ColumnRule(Rule rule, const std::string& absent, const Facet& facet,
                             const Node& node) {
  const std::string name(facet.entry.key);
  std::vector<Entry> is = {{"is", facet.entry.shape}};
  is.insert(is.end(), facet.more.begin(), facet.more.end());
  if (node.IsMap() && !IsRule(node, name, {is})) return;
  Node value = node.IsMap() ? node["is"] : node;
  if (!value.IsDefined()) return reader_.Expected(node, "`is` with the value of " + name);
  rule.kind = facet.kind;
  switch (rule.kind) {
    case Kind::kNotNull:
      if (!reader_.Flag(value, name)) return;
      break;
    case Kind::kNullShare:
      rule.share = reader_.Share(value, name);
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
      rule.type = static_cast<ValueType>(TypeName(value));
      break;
    default:
      rule.share = reader_.Number(value, "how far a distribution may move");
      rule.baseline = baseline_;
      if (node.IsMap() && node["baseline"]) rule.baseline = Baseline(node["baseline"]);
  }
  std::string column = rule.fields.empty() ? absent : rule.fields[0]->name;
  Finish(std::move(rule), node, column + "." + name);
}

/// The number of a run, or the path of a report or of a folder with one; what is not absolute lies
/// beside the rules.
std::string RulesParser::Baseline(const Node& node) {
  std::string text =
      reader_.Text(node, "a run's number, a JSON report, or a folder that was judged");
  bool is_run = text.find_first_not_of("0123456789") == std::string::npos;
  if (text.empty())
    reader_.Expected(node, "a run's number, a JSON report, or a folder that was judged");
  if (is_run) return text;
  return (std::filesystem::path(source_).parent_path() / text).lexically_normal().string();
}

size_t RulesParser::TypeName(const Node& node) {
  return reader_.Word(node, "a type", {kValueTypeNames.begin(), kValueTypeNames.end()});
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
  if (numbers && rule.low->number() > rule.high->number()) {
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
  if (yaml::IsQuoted(node)) return literal;
  literal.is_bool = literal.text == "true" || literal.text == "false";
  double number;
  literal.is_number = yaml::ParseDouble(literal.text, &number);
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
