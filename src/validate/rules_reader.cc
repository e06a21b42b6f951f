#include "validate/rules_reader.h"

#include <algorithm>
#include <charconv>

#include "base/nearest_word.h"
#include "validate/rules_parser.h"

namespace roost::validate {

namespace {

/// `a, b` of fields, for the names of rules.
std::string NamesOf(const std::vector<const Field*>& fields) {
  std::string names;
  for (const Field* field : fields) names += (names.empty() ? "" : "+") + field->name;
  return names;
}

/// The fields whose names stand in a condition, outside of texts in quotes.
std::vector<const Field*> MentionedFields(const TableInfo& table, const std::string& sql) {
  std::set<std::string> words;
  std::string word;
  bool in_text = false;
  for (char c : sql + " ") {
    bool of_name = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
    if (of_name && !in_text) {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, ""));
    }
    if (c == '\'') in_text = !in_text;
  }
  std::vector<const Field*> fields;
  for (const Field& field : table.fields) {
    if (words.contains(field.name)) fields.push_back(&field);
  }
  return fields;
}

std::string TableName(const Rule& rule) {
  return rule.table ? rule.table->name() : rule.absent_table;
}

}  // namespace

Result<RuleSet> ReadRules(const std::string& text, const std::string& source,
                          const Tables& tables) {
  ROOST_ASSIGN(YAML::Node root, yaml::YamlReader::Load(text, source));
  RulesParser parser(tables, source);
  ROOST_TRY(parser.Run(root));
  return RuleSet{source, parser.TakeRules()};
}

Status RulesParser::Run(const Node& root) {
  if (root.IsNull()) return Status::OK();
  if (!reader_.IsMapping(root, "a rule file",
                         {"world", "missing", "baseline", "files", "tables", "rules"})) {
    return reader_.status();
  }
  if (root["world"]) reader_.Text(root["world"], "the name of a world");
  if (root["missing"]) {
    may_miss_ = reader_.Word(root["missing"], "what is missing", {"error", "empty"}) == 1;
  }
  if (root["baseline"]) baseline_ = Baseline(root["baseline"]);
  if (root["files"]) Files(root["files"]);
  if (root["tables"] && reader_.IsMapping(root["tables"], "tables")) {
    for (const auto& entry : root["tables"]) Table(entry.first, entry.second);
  }
  if (root["rules"]) EachOf(root["rules"], "a list of rules", [&](const Node& n) { Query(n); });
  return reader_.status();
}

void RulesParser::Table(const Node& name, const Node& body) {
  Scope scope = FindTable(name);
  if (!reader_.IsMapping(
          body, "a table",
          {"key", "unique", "references", "capacity", "rows_for_each", "depends", "compare", "rows",
           "volume", "freshness", "schema", "anomalies", "columns", "rules"})) {
    return;
  }
  if (body["key"]) Key(scope, body["key"]);
  auto each = [&](const char* key, const char* what, auto method) {
    if (body[key]) EachOf(body[key], what, [&](const Node& n) { (this->*method)(scope, n); });
  };
  each("unique", "a list of keys", &RulesParser::Unique);
  each("references", "a list of references", &RulesParser::Reference);
  each("capacity", "a list of capacities", &RulesParser::Capacity);
  each("rows_for_each", "a list of counts", &RulesParser::RowsForEach);
  each("depends", "a list of dependencies", &RulesParser::Dependency);
  each("compare", "a list of comparisons", &RulesParser::Compare);
  if (body["rows"]) RowCount(scope, body["rows"]);
  if (body["volume"]) Volume(scope, body["volume"]);
  if (body["freshness"]) Freshness(scope, body["freshness"]);
  if (body["schema"]) Schema(scope, body["schema"]);
  if (body["anomalies"]) Anomalies(scope, body["anomalies"]);
  if (body["columns"]) Columns(scope, body["columns"]);
  each("rules", "a list of rules", &RulesParser::Condition);
}

void RulesParser::Key(const Scope& scope, const Node& node) {
  Rule rule = Begin(scope, Kind::kUnique, node);
  rule.severity = Severity::kCritical;
  if (node.IsMap() && !IsRule(node, "a key", kKeyForm)) return;
  rule.fields = FindFields(scope, node.IsMap() ? node["columns"] : node, rule);
  rule.is_key = true;
  Finish(std::move(rule), node, "key");
}

void RulesParser::Unique(const Scope& scope, const Node& node) {
  Rule rule = Begin(scope, Kind::kUnique, node);
  if (node.IsMap() && !IsRule(node, "a unique key", kKeyForm)) return;
  rule.fields = FindFields(scope, node.IsMap() ? node["columns"] : node, rule);
  std::string name = NamesOf(rule.fields) + ".unique";
  Finish(std::move(rule), node, name);
}

void RulesParser::Reference(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a reference", kReferenceForm)) return;
  Rule rule = Begin(scope, Kind::kReference, node);
  rule.fields = FindFields(scope, node["columns"], rule);
  Scope target = FindTable(node["table"]);
  rule.other_table = target.table;
  rule.other_fields = FindFields(target, node["key"] ? node["key"] : node["columns"], rule);
  if (reader_.ok() && !rule.is_absent && rule.fields.size() != rule.other_fields.size()) {
    reader_.Fail(node, "a reference of " + std::to_string(rule.fields.size()) +
                           " columns needs a key of as many, not " +
                           std::to_string(rule.other_fields.size()));
  }
  std::string name = NamesOf(rule.fields) + ".reference";
  Finish(std::move(rule), node, name);
}

void RulesParser::Capacity(const Scope& scope, const Node& node) {
  if (node.IsMap() && node["count"]) return ParentCapacity(scope, node);
  ChildCapacity(scope, node);
}

void RulesParser::ChildCapacity(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a capacity", kChildCapacityForm)) {
    return;
  }
  Scope parent = FindTable(node["table"]);
  Rule rule = Begin(parent, Kind::kCapacity, node);
  rule.other_table = scope.table;
  if (!scope.table) rule.is_absent = true;
  rule.other_fields = FindFields(scope, node["count_by"], rule);
  rule.fields = FindFields(parent, node["key"] ? node["key"] : node["count_by"], rule);
  if (node["limit"]) rule.limit = FindField(parent, node["limit"], rule);
  if (node["utilization"]) rule.share = reader_.Number(node["utilization"], "a utilization");
  if (node["between"]) Between(node["between"], rule);
  if (!node["limit"] && !node["between"]) reader_.Expected(node, "limit or between in a capacity");
  rule.counted_where = rule.where;
  Finish(std::move(rule), node, scope.name + ".capacity");
}

void RulesParser::ParentCapacity(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a capacity", kParentCapacityForm)) return;
  Rule rule = Begin(scope, Kind::kCapacity, node);
  Scope child = FindTable(node["count"]);
  rule.other_table = child.table;
  if (!child.table) rule.is_absent = true;
  rule.fields = FindFields(scope, node["key"] ? node["key"] : node["by"], rule);
  rule.other_fields = FindFields(child, node["by"], rule);
  if (node["max"]) {
    double number;
    std::string text = reader_.Text(node["max"], "a column or a number");
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool is_number = error == std::errc() && end == text.data() + text.size();
    if (is_number) {
      rule.most = number;
    } else {
      rule.limit = FindField(scope, node["max"], rule);
    }
  }
  if (node["utilization"]) rule.share = reader_.Number(node["utilization"], "a utilization");
  if (node["between"]) Between(node["between"], rule);
  if (!node["max"] && !node["between"]) reader_.Expected(node, "max or between in a capacity");
  if (node["where"]) rule.counted_where = reader_.Text(node["where"], "a condition");
  Finish(std::move(rule), node, child.name + ".capacity");
  if (reader_.ok()) rules_.back().where.clear();
}

void RulesParser::RowsForEach(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a count of rows", kRowsForEachForm)) return;
  Scope parent = FindTable(node["table"]);
  Rule rule = Begin(parent, Kind::kCapacity, node);
  rule.other_table = scope.table;
  if (!scope.table) rule.is_absent = true;
  rule.other_fields = FindFields(scope, node["by"], rule);
  rule.fields = FindFields(parent, node["key"] ? node["key"] : node["by"], rule);
  if (node["least"]) rule.least = reader_.Number(node["least"], "the least number of rows");
  if (node["most"]) rule.most = reader_.Number(node["most"], "the largest number of rows");
  rule.is_rows_for_each = true;
  Finish(std::move(rule), node, scope.name + ".rows_for_each");
}

void RulesParser::Dependency(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a dependency", kDependencyForm)) return;
  bool is_formula = static_cast<bool>(node["equals"]);
  Rule rule = Begin(scope, is_formula ? Kind::kExpression : Kind::kDependency, node);
  rule.fields = FindFields(scope, node["columns"], rule);
  if (node["tolerance"]) rule.tolerance = reader_.Number(node["tolerance"], "a tolerance");
  std::string name = NamesOf(rule.fields) + ".depends";
  if (!is_formula) {
    rule.other_fields = FindFields(scope, node["on"], rule);
  } else if (rule.fields.size() == 1) {
    std::string formula = reader_.Text(node["equals"], "a formula");
    rule.text = "abs(" + rule.fields[0]->name + " - (" + formula +
                ")) <= " + std::to_string(rule.tolerance);
    rule.is_formula = true;
  } else if (!rule.is_absent) {
    reader_.Expected(node["columns"], "one column before `equals`");
  }
  Finish(std::move(rule), node, name);
}

void RulesParser::Compare(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a comparison", kComparisonForm)) {
    return;
  }
  Rule rule = Begin(scope, Kind::kCompare, node);
  Scope other = FindTable(node["table"]);
  rule.other_table = other.table;
  if (!other.table) rule.is_absent = true;
  rule.text = reader_.Text(Needed(node, "value", "an aggregate like sum(amount)"), "an aggregate");
  rule.equals = reader_.Text(Needed(node, "equals", "a column or an expression"), "an expression");
  if (node["by"]) {
    rule.fields = FindFields(scope, node["by"], rule);
    rule.other_fields = FindFields(other, node["key"] ? node["key"] : node["by"], rule);
  }
  if (node["tolerance"]) rule.tolerance = reader_.Number(node["tolerance"], "a tolerance");
  Finish(std::move(rule), node, other.name + ".compare");
}

void RulesParser::Condition(const Scope& scope, const Node& node) {
  if (!IsRule(node, "a rule", kConditionForm)) return;
  bool is_query = node["sql"] && !node["holds"];
  Rule rule = Begin(scope, is_query ? Kind::kSql : Kind::kExpression, node);
  if (!node["name"]) reader_.Expected(node, "a name in a rule");
  if (is_query) {
    rule.text = reader_.Text(node["sql"], "a SELECT of bad rows");
  } else {
    const std::string what = "a condition that is true of good rows";
    rule.text = reader_.Text(Needed(node, "holds", what), what);
    if (scope.table) rule.fields = MentionedFields(*scope.table, rule.text);
  }
  Finish(std::move(rule), node, "rule");
}

void RulesParser::Query(const Node& node) {
  if (!IsRule(node, "a rule over tables", kQueryForm)) return;
  Rule rule = Begin({}, Kind::kSql, node);
  if (!node["name"]) reader_.Expected(node, "a name in a rule");
  rule.is_absent = false;
  rule.text = reader_.Text(Needed(node, "sql", "a SELECT of bad rows"), "a SELECT of bad rows");
  Finish(std::move(rule), node, "rule");
}

void RulesParser::Files(const Node& node) {
  if (!IsRule(node, "files", kFilesForm)) return;
  if (!tables_.is_store()) {
    return reader_.Fail(node,
                        "this folder was not made by roost, so nothing is known of its files");
  }
  for (const char* what : {"whole", "distinct"}) {
    if (!node[what] || !reader_.Flag(node[what], what)) continue;
    Rule rule = Begin({}, Kind::kFiles, node);
    rule.is_absent = false;
    rule.whole_files = what[0] == 'w';
    rule.distinct_files = what[0] == 'd';
    Finish(std::move(rule), node, std::string("files.") + what);
  }
}

bool RulesParser::IsRule(const Node& node, const std::string& what, const Form& form) {
  std::vector<std::string_view> keys;
  for (const Entry& entry : form.entries) keys.push_back(entry.key);
  for (const Entry& option : kOptions) keys.push_back(option.key);
  return reader_.IsMapping(node, what, keys);
}

Rule RulesParser::Begin(const Scope& scope, Kind kind, const Node& node) {
  Rule rule;
  rule.kind = kind;
  rule.table = scope.table;
  rule.absent_table = scope.name;
  rule.is_absent = !scope.table;
  rule.place = reader_.PlaceOf(node);
  return rule;
}

void RulesParser::Finish(Rule rule, const Node& node, const std::string& default_name) {
  bool has_options = node.IsMap();
  if (has_options && node["severity"]) {
    rule.severity = static_cast<Severity>(
        reader_.Word(node["severity"], "a severity", {"warning", "error", "critical"}));
  }
  if (has_options && node["warn"]) rule.warn = ReadThreshold(node["warn"], "warn");
  if (has_options && node["fail"]) rule.fail = ReadThreshold(node["fail"], "fail");
  if (has_options && node["where"]) rule.where = reader_.Text(node["where"], "a condition");
  if (has_options && node["about"]) rule.about = reader_.Text(node["about"], "words");
  if (has_options && node["tags"]) {
    EachOf(node["tags"], "a list of tags",
           [&](const Node& tag) { rule.tags.push_back(reader_.Text(tag, "a tag")); });
  }
  std::string table = TableName(rule);
  std::string name =
      has_options && node["name"] ? reader_.Text(node["name"], "a name") : default_name;
  if (!table.empty() && !name.starts_with(table + ".")) name.insert(0, table + ".");
  rule.name = name;
  // Strange rows have a file of that name, whether a rule asks for them or not.
  auto is_free = [&] {
    const bool is_reserved = rule.kind != Kind::kAnomaly && rule.name.ends_with(".anomalies");
    return !is_reserved && names_.insert(rule.name).second;
  };
  for (int again = 2; !is_free(); ++again) {
    rule.name = name + "_" + std::to_string(again);
  }
  rules_.push_back(std::move(rule));
}

Threshold RulesParser::ReadThreshold(const Node& node, const std::string& what) {
  std::string text = reader_.Text(node, what);
  Threshold threshold;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threshold.value);
  std::string_view rest(end, static_cast<size_t>(text.data() + text.size() - end));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  threshold.is_share = rest == "%";
  if (threshold.is_share) threshold.value /= 100;
  if (error != std::errc() || threshold.value < 0 || (!rest.empty() && !threshold.is_share)) {
    reader_.Expected(node, "a number of rows, or a percentage like 1 %, for " + what);
  }
  return threshold;
}

RulesParser::Scope RulesParser::FindTable(const Node& node) {
  Scope scope;
  if (!node.IsDefined()) {
    reader_.Expected(node, "the name of a table");
    return scope;
  }
  scope.name = reader_.Text(node, "the name of a table");
  scope.table = tables_.Find(scope.name);
  if (scope.table) scope.name = scope.table->name();
  if (!scope.table && !may_miss_) {
    std::string nearest = DidYouMean(scope.name, tables_.Names());
    std::string list;
    for (const TableInfo& table : tables_.all()) list += (list.empty() ? "" : ", ") + table.name();
    reader_.Fail(node, "there is no table '" + scope.name + "'" +
                           (nearest.empty() ? "; there are " + list : nearest));
  }
  return scope;
}

YAML::Node RulesParser::Needed(const Node& map, const char* key, const std::string& what) {
  if (map[key]) return map[key];
  reader_.Fail(map, std::string("'") + key + "' is missing: " + what);
  return Node();
}

const Field* RulesParser::FindField(const Scope& scope, const Node& node, Rule& rule) {
  std::string name = node.IsDefined() ? reader_.Text(node, "the name of a column") : "";
  if (!node.IsDefined()) reader_.Expected(node, "the name of a column");
  const Field* field = scope.table ? scope.table->Find(name) : nullptr;
  if (field) return field;
  rule.is_absent = true;
  if (!may_miss_ && scope.table) {
    std::vector<std::string> known = scope.table->FieldNames();
    std::string nearest = DidYouMean(name, known), list;
    for (const Field& other : scope.table->fields) list += (list.empty() ? "" : ", ") + other.name;
    reader_.Fail(node, "table " + scope.name + " has no column '" + name + "'" +
                           (nearest.empty() ? "; it has " + list : nearest));
  }
  return nullptr;
}

std::vector<const Field*> RulesParser::FindFields(const Scope& scope, const Node& node,
                                                  Rule& rule) {
  std::vector<const Field*> fields;
  auto take = [&](const Node& name) {
    if (const Field* field = FindField(scope, name, rule)) fields.push_back(field);
  };
  if (node.IsDefined() && node.IsSequence()) {
    for (const auto& name : node) take(name);
    if (node.size() == 0) reader_.Expected(node, "at least one column");
  } else {
    take(node);
  }
  return fields;
}

void RulesParser::Between(const Node& node, Rule& rule) {
  if (!reader_.IsSequence(node, "a list [least, most]") || node.size() != 2) {
    return reader_.Expected(node, "two numbers, [least, most]");
  }
  if (!node[0].IsNull()) rule.least = reader_.Number(node[0], "the least number");
  if (!node[1].IsNull()) rule.most = reader_.Number(node[1], "the largest number");
  if (reader_.ok() && rule.least > rule.most) reader_.Fail(node, "the least is above the most");
}

void RulesParser::EachOf(const Node& node, const std::string& what,
                         const std::function<void(const Node&)>& take) {
  if (!reader_.IsSequence(node, what)) return;
  for (const auto& entry : node) take(entry);
}

}  // namespace roost::validate
