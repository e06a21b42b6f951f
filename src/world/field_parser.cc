#include "world/field_parser.h"

#include <cctype>

#include "world/number_parser.h"

namespace roost::world {

namespace {

using YAML::Node;

/// A scalar as what JSON would make of it: quoted ones are texts.
Constant ReadConstant(YamlReader& reader, const YAML::Node& node, const std::string& what) {
  Constant constant;
  if (node.IsNull()) {
    constant.kind = Constant::Kind::kNull;
    constant.text = "null";
    return constant;
  }
  constant.text = reader.Text(node, what);
  double number;
  if (yaml::IsQuoted(node)) return constant;
  if (constant.text == "true" || constant.text == "false") {
    constant.kind = Constant::Kind::kBool;
  } else if (yaml::ParseDouble(constant.text, &number)) {
    bool whole = constant.text.find_first_not_of("-0123456789") == std::string::npos;
    bool plain = std::isdigit(static_cast<unsigned char>(constant.text.back())) &&
                 std::isdigit(static_cast<unsigned char>(constant.text[constant.text[0] == '-']));
    bool leading_zero =
        constant.text.size() > 1 && constant.text[0] == '0' && constant.text[1] != '.';
    if (plain && !leading_zero)
      constant.kind = whole ? Constant::Kind::kInt : Constant::Kind::kNumber;
  }
  return constant;
}

ChoiceList ParseChoiceList(YamlReader& reader, const Node& node) {
  ChoiceList list;
  if (node.IsSequence()) {
    for (const auto& value : node)
      list.values.push_back(ReadConstant(reader, value, "a value to choose"));
  } else if (reader.IsMapping(node, "a list of values, or {value: weight, ...}")) {
    double total = node.size() == 0 ? 1 : 0;
    for (const auto& entry : node) {
      list.values.push_back(ReadConstant(reader, entry.first, "a value to choose"));
      list.weights.push_back(reader.Number(entry.second, "a weight"));
      if (reader.ok() && list.weights.back() < 0)
        reader.Expected(entry.second, "a weight of zero or more");
      total += list.weights.back();
    }
    if (reader.ok() && total <= 0) reader.Expected(node, "at least one weight above zero");
  }
  if (reader.ok() && list.values.empty()) reader.Expected(node, "at least one value to choose");
  return list;
}

FieldKind ParseChoice(YamlReader& reader, const Node& node) {
  Choice choice;
  if (node.IsMap() && node["by"].IsDefined() && node["lists"].IsDefined()) {
    if (!reader.IsMapping(node, "a choice", {"by", "lists"})) return choice;
    choice.by = reader.Name(node["by"], "the name of a choice field above");
    if (!reader.IsMapping(node["lists"], "lists: {value: [..], ...}")) return choice;
    for (const auto& entry : node["lists"]) {
      choice.lists.emplace_back(ReadConstant(reader, entry.first, "a value").text,
                                ParseChoiceList(reader, entry.second));
    }
    return choice;
  }
  choice.lists.emplace_back("", ParseChoiceList(reader, node));
  return choice;
}

FieldKind ParsePattern(YamlReader& reader, const Node& node) {
  PatternText text;
  auto parsed = Pattern::Parse(reader.Text(node, "a pattern like \"[A-Z]{2}-[0-9]{4}\""));
  if (parsed.ok()) {
    text.pattern = *parsed;
  } else {
    reader.Fail(node, parsed.status().message());
  }
  return text;
}

// "{family}-{id:05}": a name, then optionally ':' and 0<width>.
TemplateText::Part ParsePlaceholder(YamlReader& reader, const Node& node,
                                    const std::string& inside) {
  TemplateText::Part part;
  size_t colon = inside.find(':');
  part.field = inside.substr(0, colon);
  if (part.field.empty()) reader.Fail(node, "expected a field's name between { and }");
  if (colon == std::string::npos) return part;
  std::string format = inside.substr(colon + 1);
  if (format.size() >= 2 && format.size() <= 3 && format[0] == '0' &&
      format.find_first_not_of("0123456789") == std::string::npos && std::stoi(format) > 0 &&
      std::stoi(format) <= 18) {
    part.width = std::stoi(format);
  } else {
    reader.Fail(node, "expected {name} or {name:05} (up to 018), found '{" + inside + "}'");
  }
  return part;
}

FieldKind ParseTemplate(YamlReader& reader, const Node& node) {
  TemplateText text;
  std::string pattern = reader.Text(node, "a text with {fields}");
  size_t at = 0;
  while (at < pattern.size()) {
    size_t open = pattern.find('{', at);
    if (open > at) text.parts.emplace_back().literal = pattern.substr(at, open - at);
    if (open == std::string::npos) break;
    size_t close = pattern.find('}', open);
    if (close == std::string::npos) {
      reader.Fail(node, "expected a '}' for the '{' at character " + std::to_string(open + 1));
      break;
    }
    text.parts.push_back(
        ParsePlaceholder(reader, node, pattern.substr(open + 1, close - open - 1)));
    at = close + 1;
  }
  return text;
}

FieldKind ParseClock(YamlReader& reader, const Node& node) {
  Clock clock;
  if (!reader.IsMapping(node, "a time", {"start", "every", "spread", "precision", "as"}))
    return clock;
  if (!node["start"].IsDefined()) {
    reader.Expected(node, "start: the time of iteration 0");
    return clock;
  }
  clock.start_us = reader.Time(node["start"], "start");
  if (node["every"].IsDefined()) clock.every_us = reader.Duration(node["every"], "every");
  if (node["spread"].IsDefined()) clock.spread_us = reader.Duration(node["spread"], "spread");
  if (node["precision"].IsDefined()) {
    clock.fraction_digits =
        3 * static_cast<int>(reader.Word(node["precision"], "precision", {"s", "ms", "us"}));
  }
  if (node["as"].IsDefined()) clock.epoch = reader.Word(node["as"], "as", {"text", "epoch"}) == 1;
  return clock;
}

FieldKind ParseDate(YamlReader& reader, const Node& node) {
  DateBetween date;
  if (!reader.IsMapping(node, "a date", {"between"})) return date;
  Node between = node["between"];
  if (!between.IsDefined() || !between.IsSequence() || between.size() != 2) {
    reader.Expected(between.IsDefined() ? between : node, "between: [first day, last day]");
    return date;
  }
  constexpr int64_t kDay = 86'400'000'000;
  date.first_day = static_cast<int32_t>(reader.Time(between[0], "the first day") / kDay);
  date.last_day = static_cast<int32_t>(reader.Time(between[1], "the last day") / kDay);
  if (reader.ok() && date.first_day > date.last_day)
    reader.Fail(between, "expected the first day first");
  return date;
}

FieldKind ParseFormula(YamlReader& reader, const Node& node) {
  Formula formula;
  Node value = node;
  if (node.IsMap()) {
    if (!reader.IsMapping(node, "a formula", {"value", "decimals"})) return formula;
    value.reset(node["value"]);
    if (!value.IsDefined()) {
      reader.Expected(node, "value: the formula");
      return formula;
    }
    if (node["decimals"].IsDefined()) {
      formula.decimals = static_cast<int>(reader.Integer(node["decimals"], "decimals", 0, 9));
    }
  }
  auto parsed = Expression::Parse(reader.Text(value, "a formula"), reader.parameters());
  if (parsed.ok()) {
    formula.expression = *parsed;
  } else {
    reader.Fail(value, parsed.status().message());
  }
  return formula;
}

FieldKind ParseReference(YamlReader& reader, const Node& node) {
  Reference reference;
  if (node.IsScalar()) {
    reference.table = reader.Name(node, "a table's name");
    return reference;
  }
  if (!reader.IsMapping(node, "a reference",
                        {"table", "window", "earlier", "popularity", "capacity", "utilization"})) {
    return reference;
  }
  if (!node["table"].IsDefined()) {
    reader.Expected(node, "table: the table it refers to");
    return reference;
  }
  reference.table = reader.Name(node["table"], "a table's name");
  if (node["window"].IsDefined()) {
    reference.window = static_cast<uint32_t>(reader.Integer(node["window"], "window", 0, 4096));
  }
  if (node["earlier"].IsDefined()) reference.earlier = reader.Share(node["earlier"], "earlier");
  if (node["popularity"].IsDefined()) {
    reference.popularity = reader.Number(node["popularity"], "popularity");
    if (reader.ok() && (reference.popularity < 1 || reference.popularity > 20)) {
      reader.Expected(node["popularity"], "popularity from 1 (all alike) to 20");
    }
  }
  if (node["capacity"].IsDefined()) {
    reference.has_seats = true;
    reference.capacity = reader.Name(node["capacity"], "a field of the parent");
  }
  if (node["utilization"].IsDefined()) {
    if (!reference.has_seats)
      reader.Fail(node["utilization"], "utilization needs a capacity beside it");
    reference.utilization = reader.Share(node["utilization"], "utilization");
  }
  return reference;
}

FieldKind ParseFrom(YamlReader& reader, const Node& node) {
  From from;
  std::string text = reader.Text(node, "a place like product.price");
  size_t dot = text.find('.');
  if (dot == std::string::npos) {
    reader.Expected(node, "reference.field or table.field");
    return from;
  }
  from.source = text.substr(0, dot);
  from.field = text.substr(dot + 1);
  return from;
}

Field ParseField(YamlReader& reader, const std::string& name, const Node& key, const Node& node);

FieldKind ParseGroup(YamlReader& reader, const Node& node) {
  return Group{ParseFields(reader, node)};
}

FieldKind ParseList(YamlReader& reader, const Node& node) {
  List list;
  if (!reader.IsMapping(node, "a list", {"of", "count", "distinct"})) return list;
  if (!node["of"].IsDefined() || !node["count"].IsDefined()) {
    reader.Expected(node, "of: a field, and count: how many");
    return list;
  }
  list.count = ParseDistribution(reader, node["count"], "count");
  list.element = std::make_unique<Field>(ParseField(reader, "element", node["of"], node["of"]));
  if (node["distinct"].IsDefined()) list.distinct = reader.Flag(node["distinct"], "distinct");
  if (reader.ok() && (list.count.low < 0 || list.count.high > 1000)) {
    reader.Fail(node["count"], "expected a count from 0 to 1000");
  }
  return list;
}

struct KindParser {
  const char* key;
  FieldKind (*parse)(YamlReader& reader, const Node& node);
};

const KindParser kKinds[] = {
    {"sequence", ParseSequence},
    {"index", ParseIndex},
    {"int", [](YamlReader& r, const Node& n) { return ParseNumber(r, n, true); }},
    {"number", [](YamlReader& r, const Node& n) { return ParseNumber(r, n, false); }},
    {"bool", [](YamlReader& r, const Node& n) -> FieldKind { return Flag{r.Share(n, "bool")}; }},
    {"choice", ParseChoice},
    {"pattern", ParsePattern},
    {"text", ParseTemplate},
    {"time", ParseClock},
    {"date", ParseDate},
    {"formula", ParseFormula},
    {"ref", ParseReference},
    {"from", ParseFrom},
    {"object", ParseGroup},
    {"list", ParseList}};

void ParseUnit(YamlReader& reader, const Node& node, Field* field) {
  if (!node.IsDefined()) return;
  if (!reader.IsMapping(node, "a unit", {"is", "other", "factor"})) return;
  if (!node["is"].IsDefined() || !node["other"].IsDefined() || !node["factor"].IsDefined()) {
    reader.Expected(node, "is: s, other: ms, factor: 1000 (one s is 1000 ms)");
    return;
  }
  field->unit = reader.Text(node["is"], "is");
  field->other_unit = reader.Text(node["other"], "other");
  field->unit_factor = reader.Number(node["factor"], "factor");
  if (reader.ok() && (field->unit_factor <= 0 || field->unit_factor == 1)) {
    reader.Expected(node["factor"], "a factor above zero that is not 1");
  }
  if (!std::holds_alternative<Number>(field->kind)) {
    reader.Fail(node, "only int and number fields have a unit");
  }
}

void ParseKind(YamlReader& reader, const Node& node, Field* field) {
  int kinds = 0;
  for (const KindParser& kind : kKinds) {
    if (!node[kind.key].IsDefined()) continue;
    if (++kinds > 1) {
      reader.Fail(node[kind.key], "field '" + field->name + "' has two kinds; keep one");
      return;
    }
    field->kind = kind.parse(reader, node[kind.key]);
  }
  if (kinds == 1) return;
  std::string list;
  for (const KindParser& kind : kKinds) list += std::string(list.empty() ? "" : ", ") + kind.key;
  reader.Fail(node, "field '" + field->name + "' has no kind; expected one of " + list);
}

Field ParseField(YamlReader& reader, const std::string& name, const Node& key, const Node& node) {
  Field field;
  field.name = name;
  field.place = reader.PlaceOf(key);
  if (node.IsScalar() || node.IsNull()) {
    field.kind = ReadConstant(reader, node, "a value");
    return field;
  }
  if (!reader.IsMapping(node, "field '" + name + "'",
                        {"sequence", "index",    "int",    "number",  "bool",   "choice", "pattern",
                         "text",     "time",     "date",   "formula", "ref",    "from",   "object",
                         "list",     "nullable", "absent", "hidden",  "unique", "unit"})) {
    return field;
  }
  ParseKind(reader, node, &field);
  if (node["nullable"].IsDefined()) field.null_share = reader.Share(node["nullable"], "nullable");
  if (node["absent"].IsDefined()) field.absent_share = reader.Share(node["absent"], "absent");
  if (node["hidden"].IsDefined()) field.hidden = reader.Flag(node["hidden"], "hidden");
  if (node["unique"].IsDefined()) field.unique = reader.Flag(node["unique"], "unique");
  ParseUnit(reader, node["unit"], &field);
  if (reader.ok() && field.null_share + field.absent_share > 1) {
    reader.Fail(node, "nullable and absent together are more than 1");
  }
  return field;
}

}  // namespace

std::vector<Field> ParseFields(YamlReader& reader, const YAML::Node& node) {
  std::vector<Field> fields;
  if (!reader.IsMapping(node, "fields: {name: {...}, ...}")) return fields;
  for (const auto& entry : node) {
    std::string name = reader.Name(entry.first, "a field's name");
    fields.push_back(ParseField(reader, name, entry.first, entry.second));
  }
  return fields;
}

}  // namespace roost::world
