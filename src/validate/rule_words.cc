#include <fmt/format.h>

#include "validate/rule_sql.h"

namespace roost::validate {

namespace {

std::string List(const std::vector<const Field*>& fields) {
  std::string list;
  for (const Field* field : fields) list += (list.empty() ? "" : ", ") + field->name;
  return list;
}

std::string ListValues(const std::vector<Literal>& values) {
  std::string list;
  for (size_t i = 0; i < values.size() && i < 12; ++i) {
    list += (i == 0 ? "" : ", ") + values[i].text;
  }
  return values.size() > 12 ? list + fmt::format(" and {} more", values.size() - 12) : list;
}

std::string Between(double least, double most) {
  if (least <= 0 && most < 1e18) return fmt::format("at most {}", most);
  if (most >= 1e18) return fmt::format("at least {}", least);
  return least == most ? fmt::format("exactly {}", least) : fmt::format("{} to {}", least, most);
}

std::string RangeWords(const Rule& rule) {
  const std::string& name = rule.fields[0]->name;
  if (rule.low && rule.high) {
    return name + " is from " + rule.low->text + " to " + rule.high->text;
  }
  if (rule.low) return name + " is at least " + rule.low->text;
  return name + (rule.high ? " is at most " + rule.high->text : " has any value");
}

std::string CapacityWords(const Rule& rule) {
  std::string words = "each row of " + rule.table->name() + " has ";
  std::string sort = "rows of " + rule.other_table->name() + " by " + List(rule.other_fields);
  if (rule.limit) {
    std::string share = rule.share == 1 ? "" : fmt::format("{} % of ", rule.share * 100);
    words += "no more " + sort + " than " + share + rule.limit->name;
    return words;
  }
  return words + Between(rule.least, rule.most) + " " + sort;
}

std::string BaselineWords(const Rule& rule) {
  if (rule.baseline.empty()) return "the last run";
  bool is_run = rule.baseline.find_first_not_of("0123456789") == std::string::npos;
  return is_run ? "run " + rule.baseline : rule.baseline;
}

std::string PlainWords(const Rule& rule) {
  const std::string name = rule.fields.empty() ? "" : rule.fields[0]->name;
  switch (rule.kind) {
    case Kind::kNotNull:
      return name + " always has a value";
    case Kind::kNullShare:
      return fmt::format("no file lacks {} altogether, though {} % of rows may", name,
                         rule.share * 100);
    case Kind::kRange:
      return RangeWords(rule);
    case Kind::kSet:
      return name + " is one of " + ListValues(rule.values);
    case Kind::kPattern:
      return name + " has the form " + rule.text;
    case Kind::kLength:
      return name + " has a length of " + Between(rule.least, rule.most);
    case Kind::kType:
      return name + std::string(" holds nothing but values of type ") + NameOf(rule.type);
    case Kind::kExpression:
      return "this holds: " + rule.text;
    case Kind::kUnique:
      return "no two rows have the same " + List(rule.fields) +
             (rule.is_key ? ", and every row has one" : "");
    case Kind::kReference:
      return List(rule.fields) + " refers to a row of " + rule.other_table->name() + " by " +
             List(rule.other_fields);
    case Kind::kCapacity:
      return CapacityWords(rule);
    case Kind::kCompare:
      return rule.text + " equals " + rule.equals + " of " + rule.other_table->name();
    case Kind::kDependency:
      return List(rule.fields) + " follows from " + List(rule.other_fields);
    case Kind::kFreshness:
      return fmt::format("the newest {} is at most {} seconds old", name,
                         static_cast<double>(rule.span_us) / 1e6);
    case Kind::kRows:
      return "the table has " + Between(rule.least, rule.most) + " rows";
    case Kind::kVolume:
      return fmt::format("the number of rows stays within {} % of what it usually is",
                         rule.share * 100);
    case Kind::kSchema:
      return std::string("the table has the columns it should have") +
             (rule.is_closed ? ", and no others" : "");
    case Kind::kDrift:
      return fmt::format("the distribution of {} stays within {} of that of {}", name, rule.share,
                         BaselineWords(rule));
    case Kind::kFiles:
      return rule.whole_files ? "every record of every file could be read"
                              : "no two files have the same content";
    case Kind::kAnomaly:
      return rule.is_off ? "strange values and rows are not looked for"
                         : "nothing is strange about the values and rows";
    case Kind::kSql:
      return "this finds no rows: " + rule.text;
  }
  return "";
}

}  // namespace

std::string WordsOf(const Rule& rule) {
  if (!rule.about.empty()) return rule.about;
  if (rule.is_absent) return "columns or tables of this rule are not there yet";
  std::string words = PlainWords(rule);
  return rule.where.empty() ? words : words + ", where " + rule.where;
}

std::string WordsOf(const Threshold& threshold) {
  return threshold.is_share ? fmt::format("{} %", threshold.value * 100)
                            : fmt::format("{} rows", threshold.value);
}

}  // namespace roost::validate
