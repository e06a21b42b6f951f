#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
  // Of what is no store, nothing is known of files.
  std::string inner = all.tables.is_store() ? SqlName(table.id) + " >> 24 AS file, count(*) AS n"
                                            : "false AS file, count(*) AS n";
  std::string lost = all.tables.is_store() ? "CASE WHEN k{0} = 0 AND n > 1 THEN n ELSE 0 END" : "0";
  std::string outer = "sum(n)::BIGINT";
  for (size_t i = 0; i < table.fields.size(); ++i) {
    inner += fmt::format(", count(*) FILTER (WHERE {}) AS k{}", There(table.fields[i]), i);
    outer += fmt::format(fmt::runtime(", sum(n - k{0})::BIGINT, sum(" + lost + ")::BIGINT"), i);
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

/// How often something comes, and how often of that in one of two halves of the files.
struct Counted {
  std::string value;
  double rows = 0, in_second = 0;
};

/// Counts what `value` gives of some rows, most frequent first.
Result<std::vector<Counted>> CountValues(const Suggestions& all, const TableInfo& table,
                                         const std::string& value, const std::string& from,
                                         size_t most) {
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(all.session,
                 fmt::format("SELECT {} AS value, count(*) AS n, count(*) FILTER (WHERE {} % 2 = "
                             "1) FROM {} GROUP BY value ORDER BY n DESC, value LIMIT {}",
                             value, SideOf(all, table), from, most)));
  std::vector<Counted> counted;
  for (size_t r = 0; r < answer.rows.size(); ++r) {
    counted.push_back({answer.Text(r, 0), answer.Number(r, 1), answer.Number(r, 2)});
  }
  return counted;
}

double RowsOf(const std::vector<Counted>& all) {
  double rows = 0;
  for (const Counted& each : all) rows += each.rows;
  return rows;
}

/// What the second half has and the first does not, as a share of its rows.
double ShareOfNew(const std::vector<Counted>& all) {
  double rows = 0, fresh = 0;
  for (const Counted& each : all) {
    rows += each.in_second;
    if (each.in_second == each.rows) fresh += each.in_second;
  }
  return rows == 0 ? 0 : fresh / rows;
}

/// A text that has few values, none of them rare.
Result<bool> SuggestSet(Suggestions& all, const TableInfo& table, const Field& field) {
  std::string name = SqlName(field.name), there = " WHERE " + name + " IS NOT NULL";
  if (all.IsLarge(table)) {
    ROOST_ASSIGN(auto some,
                 CountValues(all, table, name, SampleOf(all, table) + there, kMostValues + 1));
    if (some.size() > kMostValues) return false;
  }
  ROOST_ASSIGN(auto values,
               CountValues(all, table, name, RowsOf(all, table) + there, kMostValues + 1));
  if (values.empty() || values.size() > kMostValues) return false;
  double rows = RowsOf(values), rarest = values.back().rows;
  if (rows < kLeastRows || rarest < 3 || rarest < kLeastValueShare * rows) return false;
  Rule& rule = all.Add(Kind::kSet, table, {&field}, field.name + ".set");
  for (const Counted& each : values) rule.values.push_back({each.value});
  rule.false_alarm_rate = ShareOfNew(values);
  rule.evidence =
      fmt::format("{} rows have {} values, the rarest in {} of them", rows, values.size(), rarest);
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

/// SQL for a text with 9 for each digit (or run of digits), A and a for letters; empty if it is
/// long.
std::string FormOf(const std::string& name, bool runs) {
  std::string form = name;
  for (auto [what, stands] : {std::pair{"[0-9]", "9"}, {"[B-Z]", "A"}, {"[b-z]", "a"}}) {
    form = fmt::format("regexp_replace({}, '{}', '{}', 'g')", form, what, stands);
  }
  if (runs) {
    for (const char* c : {"9", "A", "a"}) {
      form = fmt::format("regexp_replace({}, '{}+', '{}', 'g')", form, c, c);
    }
  }
  return fmt::format("CASE WHEN len({}) < 100 THEN {} ELSE '' END", name, form);
}

bool IsPlain(const std::string& form) {
  return !form.empty() && std::all_of(form.begin(), form.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && static_cast<unsigned char>(c) <= '~';
  });
}

/// Rows with a value, if all of them keep the pattern.
Result<std::optional<double>> RowsThatAllKeep(const Suggestions& all, const TableInfo& table,
                                              const std::string& name, const std::string& pattern) {
  ROOST_ASSIGN(query::Answer answer,
               query::Ask(all.session, fmt::format("SELECT count({0}), count(*) FILTER (WHERE NOT "
                                                   "regexp_full_match({0}, {1})) FROM {2}",
                                                   name, SqlText(pattern), RowsOf(all, table))));
  if (answer.Count(1) > 0) return std::optional<double>();
  return std::optional(static_cast<double>(answer.Count(0)));
}

Status SuggestForm(Suggestions& all, const TableInfo& table, const Field& field) {
  std::string name = SqlName(field.name);
  for (bool runs : {false, true}) {
    ROOST_ASSIGN(auto forms, CountValues(all, table, FormOf(name, runs),
                                         SampleOf(all, table) + " WHERE " + name + " IS NOT NULL",
                                         kMostForms + 1));
    if (forms.empty() || forms.size() > kMostForms) continue;
    double rows = RowsOf(forms);
    bool plain = std::all_of(forms.begin(), forms.end(),
                             [](const Counted& form) { return IsPlain(form.value); });
    if (!plain || rows < kLeastRows || forms.back().rows < kLeastFormShare * rows) continue;
    std::string pattern;
    for (const Counted& form : forms) {
      pattern += (pattern.empty() ? "" : "|") + PatternOf(form.value, runs);
    }
    if (all.IsLarge(table)) {  // a form that the sample lacks is rare
      ROOST_ASSIGN(auto all_rows, RowsThatAllKeep(all, table, name, pattern));
      if (!all_rows) continue;
      rows = *all_rows;
    }
    Rule& rule = all.Add(Kind::kPattern, table, {&field}, field.name + ".pattern");
    rule.text = pattern;
    rule.false_alarm_rate = ShareOfNew(forms);
    rule.evidence = fmt::format("{} rows have {} forms", rows, forms.size());
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
