#include <fmt/format.h>

#include <algorithm>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

constexpr double kMostNulls = 0.001;  // of rows, where a column still counts as complete
constexpr double kMostLost = 0.2;     // of rows, in files that lack the column altogether
constexpr double kMostOfOtherType = 0.05;
constexpr uint64_t kLeastRows = 100;  // to say something of sets and forms
constexpr uint64_t kMostValues = 25;  // of a set
constexpr double kLeastValueShare = 0.002;
constexpr size_t kMostForms = 3;
constexpr double kLeastFormShare = 0.01;

std::string There(const Field& field) {
  std::string any;
  for (const shred::FinalColumn* column : field.columns) {
    any += (any.empty() ? "" : " OR ") + SqlName(column->name) + " IS NOT NULL";
  }
  return "(" + any + ")";
}

/// Completeness: rows without a value, and how many of them lie in files that lack it altogether.
Status SuggestRequired(Suggestions& all, const TableInfo& table) {
  std::string inner = all.tables.is_store() ? SqlName(table.id) + " >> 24 AS file, count(*) AS n"
                                            : SqlName(table.id) + " AS file, count(*) AS n";
  std::string outer = "sum(n)::BIGINT";
  for (size_t i = 0; i < table.fields.size(); ++i) {
    inner += fmt::format(", count(*) FILTER (WHERE {}) AS k{}", There(table.fields[i]), i);
    outer += fmt::format(
        ", sum(n - k{})::BIGINT, sum(CASE WHEN k{} = 0 AND n > 1 THEN n ELSE 0 "
        "END)::BIGINT",
        i, i);
  }
  ROOST_ASSIGN(query::Answer answer,
               query::Ask(all.session, "SELECT " + outer + " FROM (SELECT " + inner + " FROM " +
                                           RowsOf(all, table) + " GROUP BY ALL)"));
  auto rows = static_cast<double>(answer.Count());
  for (size_t i = 0; i < table.fields.size() && rows > 0; ++i) {
    auto nulls = static_cast<double>(answer.Count(1 + 2 * i));
    auto lost = static_cast<double>(answer.Count(2 + 2 * i));
    if (nulls - lost > kMostNulls * rows || lost > kMostLost * rows) continue;
    const Field& field = table.fields[i];
    Rule& rule = all.Add(Kind::kNotNull, table, {&field}, field.name + ".required");
    rule.false_alarm_rate = (nulls - lost) / rows;
    rule.evidence = nulls == 0
                        ? "no row lacks it"
                        : fmt::format("{} of {} rows lack it, {} of them in files in which all do",
                                      nulls, rows, lost);
  }
  return Status::OK();
}

std::optional<ValueType> TypeFor(const Field& field) {
  switch (field.type()) {
    case shred::FinalType::kInt64:
    case shred::FinalType::kDecimal38:
      return ValueType::kInteger;
    case shred::FinalType::kDouble:
      return ValueType::kNumber;
    case shred::FinalType::kBool:
      return ValueType::kBool;
    default:
      return std::nullopt;
  }
}

Status SuggestTypes(Suggestions& all, const TableInfo& table) {
  for (const Field& field : table.fields) {
    auto type = TypeFor(field);
    if (!type) continue;
    double others = 0, rows = static_cast<double>(table.rows);
    for (const shred::FinalColumn* column : field.columns) {
      others += static_cast<double>(column->conflict_values);
    }
    if (others > kMostOfOtherType * rows) continue;
    Rule& rule = all.Add(Kind::kType, table, {&field}, field.name + ".type");
    rule.type = *type;
    rule.evidence = others == 0 ? "no value is of another type"
                                : fmt::format("{} of {} values are of another type", others, rows);
  }
  return Status::OK();
}

/// Values of the second half that the first half does not have, as a share of rows.
Result<double> NewValues(const Suggestions& all, const TableInfo& table, const std::string& value) {
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(all.session, "SELECT count(*) FILTER (WHERE v NOT IN (SELECT DISTINCT " + value +
                                  " FROM " + RowsOf(all, table, 0) + " WHERE " + value +
                                  " IS NOT NULL)), count(*) FROM (SELECT " + value + " AS v FROM " +
                                  RowsOf(all, table, 1) + ") WHERE v IS NOT NULL"));
  auto rows = static_cast<double>(answer.Count(1));
  return rows == 0 ? 0 : static_cast<double>(answer.Count(0)) / rows;
}

/// A text that has few values, none of them rare.
Result<bool> SuggestSet(Suggestions& all, const TableInfo& table, const Field& field) {
  std::string name = SqlName(field.name);
  ROOST_ASSIGN(query::Answer answer,
               query::Ask(all.session,
                          fmt::format("SELECT {}, count(*) AS n FROM {} WHERE {} IS NOT NULL GROUP "
                                      "BY ALL ORDER BY n DESC, 1 LIMIT {}",
                                      name, RowsOf(all, table), name, kMostValues + 1)));
  if (answer.rows.empty() || answer.rows.size() > kMostValues) return false;
  double rows = 0;
  for (size_t r = 0; r < answer.rows.size(); ++r) rows += std::stod(answer.Text(r, 1));
  double rarest = std::stod(answer.Text(answer.rows.size() - 1, 1));
  if (rows < kLeastRows || rarest < 3 || rarest < kLeastValueShare * rows) return false;
  ROOST_ASSIGN(double alarms, NewValues(all, table, name));
  Rule& rule = all.Add(Kind::kSet, table, {&field}, field.name + ".set");
  for (size_t r = 0; r < answer.rows.size(); ++r) rule.values.push_back({answer.Text(r, 0)});
  rule.false_alarm_rate = alarms;
  rule.evidence = fmt::format("{} rows have {} values, the rarest in {} of them", rows,
                              answer.rows.size(), rarest);
  return true;
}

/// What stands for the letters and digits of a form: Aa9 becomes [A-Z][a-z][0-9].
std::string PatternOf(const std::string& form, bool runs) {
  std::string pattern;
  for (size_t i = 0; i < form.size();) {
    char c = form[i];
    size_t end = i;
    while (end < form.size() && form[end] == c) ++end;
    std::string atom = c == 'A' ? "[A-Z]" : c == 'a' ? "[a-z]" : c == '9' ? "[0-9]" : "";
    if (atom.empty()) {
      for (size_t k = i; k < end; ++k) {
        if (std::string_view(R"(\^$.|?*+()[]{})").find(c) != std::string_view::npos)
          pattern += '\\';
        pattern += c;
      }
    } else if (runs) {
      pattern += atom + "+";
    } else {
      pattern += end - i == 1 ? atom : atom + fmt::format("{{{}}}", end - i);
    }
    i = end;
  }
  return pattern;
}

Status SuggestForm(Suggestions& all, const TableInfo& table, const Field& field) {
  std::string name = SqlName(field.name);
  for (bool runs : {false, true}) {
    std::string form = name;
    std::string more = runs ? "+" : "";
    for (auto [what, stands] : {std::pair{"[0-9]", "9"}, {"[B-Z]", "A"}, {"[b-z]", "a"}}) {
      form = fmt::format("regexp_replace({}, '{}', '{}', 'g')", form, what, stands);
    }
    if (runs) {
      for (const char* c : {"9", "A", "a"}) {
        form = fmt::format("regexp_replace({}, '{}+', '{}', 'g')", form, c, c);
      }
    }
    ROOST_ASSIGN(
        query::Answer answer,
        query::Ask(all.session,
                   fmt::format("SELECT {} AS form, count(*) AS n, bool_and(len({}) < 100 "
                               "AND NOT regexp_matches({}, '[^ -~]')) FROM {} WHERE {} IS "
                               "NOT NULL GROUP BY form ORDER BY n DESC, form LIMIT {}",
                               form, name, name, RowsOf(all, table), name, kMostForms + 1)));
    if (answer.rows.empty() || answer.rows.size() > kMostForms) continue;
    double rows = 0;
    bool plain = true;
    for (size_t r = 0; r < answer.rows.size(); ++r) {
      rows += std::stod(answer.Text(r, 1));
      plain &= answer.Text(r, 2) == "true" && !answer.Text(r, 0).empty();
    }
    double rarest = std::stod(answer.Text(answer.rows.size() - 1, 1));
    if (!plain || rows < kLeastRows || rarest < kLeastFormShare * rows) continue;
    ROOST_ASSIGN(double alarms, NewValues(all, table, form));
    Rule& rule = all.Add(Kind::kPattern, table, {&field}, field.name + ".pattern");
    for (size_t r = 0; r < answer.rows.size(); ++r) {
      rule.text += (r == 0 ? "" : "|") + PatternOf(answer.Text(r, 0), runs);
    }
    rule.false_alarm_rate = alarms;
    rule.evidence = fmt::format("{} rows have {} forms", rows, answer.rows.size());
    return Status::OK();
  }
  return Status::OK();
}

}  // namespace

Status SuggestColumns(Suggestions& all, const TableInfo& table) {
  ROOST_TRY(SuggestRequired(all, table));
  ROOST_TRY(SuggestTypes(all, table));
  for (const Field& field : table.fields) {
    if (field.type() != shred::FinalType::kText || all.in_keys.contains(&field)) continue;
    ROOST_ASSIGN(bool is_set, SuggestSet(all, table, field));
    if (!is_set) ROOST_TRY(SuggestForm(all, table, field));
  }
  return Status::OK();
}

}  // namespace roost::validate
