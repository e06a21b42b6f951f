#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "validate/suggest.h"

namespace roost::validate {

namespace {

std::string Quoted(std::string_view text) {
  std::string quoted;
  AppendJsonString(quoted, text);  // JSON strings are YAML strings
  return quoted;
}

std::string Names(const std::vector<const Field*>& fields) {
  std::string list;
  for (const Field* field : fields) list += (list.empty() ? "[" : ", ") + Quoted(field->name);
  return list + "]";
}

std::string Comment(const Rule& rule) {
  std::string text = rule.evidence;
  if (rule.false_alarm_rate && *rule.false_alarm_rate > 0) {
    text += fmt::format("; false alarms to expect: {:.3f} % of rows", *rule.false_alarm_rate * 100);
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text.empty() ? "" : "  # " + text;
}

std::string Shown(const Literal& literal) {
  return literal.is_number || literal.is_bool ? literal.text : Quoted(literal.text);
}

std::string FacetOf(const Rule& rule) {
  switch (rule.kind) {
    case Kind::kNotNull:
      return "required: true";
    case Kind::kType:
      return std::string("type: ") + NameOf(rule.type);
    case Kind::kRange:
      return fmt::format("range: [{}, {}]", rule.low ? Shown(*rule.low) : "null",
                         rule.high ? Shown(*rule.high) : "null");
    case Kind::kPattern:
      return "pattern: " + Quoted(rule.text);
    default:
      break;
  }
  std::string values;
  for (const Literal& value : rule.values) values += (values.empty() ? "" : ", ") + Shown(value);
  return "set: [" + values + "]";
}

class TableText {
 public:
  TableText(const std::vector<Rule>& rules, const TableInfo& table)
      : rules_(rules), table_(table) {}

  std::string Run() {
    Keys();
    List("references", Kind::kReference, [](const Rule& rule) {
      return fmt::format("{{columns: {}, table: {}, key: {}}}", Names(rule.fields),
                         Quoted(rule.other_table->name()), Names(rule.other_fields));
    });
    List("capacity", Kind::kCapacity, [](const Rule& rule) {
      return fmt::format("{{count: {}, by: {}, key: {}, max: {}}}",
                         Quoted(rule.other_table->name()), Names(rule.other_fields),
                         Names(rule.fields), Quoted(rule.limit->name));
    });
    List("depends", Kind::kDependency, [](const Rule& rule) {
      return fmt::format("{{columns: {}, on: {}}}", Names(rule.fields), Names(rule.other_fields));
    });
    Columns();
    List("rules", Kind::kExpression, [&](const Rule& rule) {
      return fmt::format("{{name: {}, holds: {}}}",
                         Quoted(rule.name.substr(table_.name().size() + 1)), Quoted(rule.text));
    });
    return out_.empty() ? "" : "  " + Quoted(table_.name()) + ":\n" + out_;
  }

 private:
  void Keys() {
    std::string more;
    for (const Rule& rule : rules_) {
      if (rule.table != &table_ || rule.kind != Kind::kUnique) continue;
      if (rule.is_key) out_ += "    key: " + Names(rule.fields) + Comment(rule) + "\n";
      if (!rule.is_key) more += "      - " + Names(rule.fields) + Comment(rule) + "\n";
    }
    if (!more.empty()) out_ += "    unique:\n" + more;
  }

  template <typename Show>
  void List(const char* key, Kind kind, Show show) {
    std::string lines;
    for (const Rule& rule : rules_) {
      if (rule.table != &table_ || rule.kind != kind) continue;
      lines += "      - " + show(rule) + Comment(rule) + "\n";
    }
    if (!lines.empty()) out_ += std::string("    ") + key + ":\n" + lines;
  }

  void Columns() {
    std::string lines;
    for (const Field& field : table_.fields) {
      std::string own;
      for (const Rule& rule : rules_) {
        bool of_column = rule.table == &table_ && IsRowRule(rule.kind) &&
                         rule.kind != Kind::kExpression && rule.fields[0] == &field;
        if (of_column) own += "        " + FacetOf(rule) + Comment(rule) + "\n";
      }
      if (!own.empty()) lines += "      " + Quoted(field.name) + ":\n" + own;
    }
    if (!lines.empty()) out_ += "    columns:\n" + lines;
  }

  const std::vector<Rule>& rules_;
  const TableInfo& table_;
  std::string out_;
};

}  // namespace

std::string RulesText(const RuleSet& set) {
  std::string text =
      "# Rules that nearly all rows keep; correct them and keep them as rules.yaml.\n";
  bool whole = false, distinct = false;
  std::vector<const TableInfo*> tables;
  for (const Rule& rule : set.rules) {
    whole |= rule.whole_files;
    distinct |= rule.distinct_files;
    bool known = std::find(tables.begin(), tables.end(), rule.table) != tables.end();
    if (rule.table && !known) tables.push_back(rule.table);
  }
  std::sort(tables.begin(), tables.end(),
            [](const TableInfo* a, const TableInfo* b) { return a->name() < b->name(); });
  if (whole || distinct) text += "files: {whole: true, distinct: true}\n";
  text += tables.empty() ? "tables: {}\n" : "tables:\n";
  for (const TableInfo* table : tables) text += TableText(set.rules, *table).Run();
  return text;
}

}  // namespace roost::validate
