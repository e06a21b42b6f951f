#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

constexpr size_t kMostColumns = 14;
constexpr size_t kSample = 4000;
constexpr size_t kLeastRows = 50;
constexpr double kHolds = 0.95;     // of rows
constexpr size_t kMostSteps = 3;    // different differences
constexpr size_t kLeastValues = 6;  // of both columns, for a difference to mean anything
constexpr uint64_t kLeastGroups = 20;
constexpr uint64_t kSampledGroups = 10'000;  // at least
constexpr double kDepends = 0.98;            // of rows agree with the others of their group
constexpr double kTolerance = 0.005;         // half of a cent

struct Sampled {
  const Field* field;
  std::vector<double> values;  // NaN where there is none
  size_t distinct = 0;
};

Result<std::vector<Sampled>> Sample(const Suggestions& all, const TableInfo& table) {
  std::vector<Sampled> columns;
  std::string select;
  for (const Field& field : table.fields) {
    bool number = KindOf(field.type()) == ValueKind::kNumber;
    bool key = all.in_keys.contains(&field) && !all.dependent.contains(&field);
    if (!number || key || columns.size() == kMostColumns) continue;
    select += (select.empty() ? "" : ", ") + SqlName(field.name) + "::DOUBLE";
    columns.push_back({&field, {}});
  }
  if (columns.size() < 2) return std::vector<Sampled>();
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(all.session, fmt::format("SELECT {} FROM {} ORDER BY hash({}) LIMIT {}", select,
                                          SampleOf(all, table), SqlName(table.id), kSample)));
  for (size_t c = 0; c < columns.size(); ++c) {
    std::map<double, int> seen;
    for (size_t r = 0; r < answer.rows.size(); ++r) {
      bool there = answer.rows[r][c].has_value();
      columns[c].values.push_back(there ? answer.Number(r, c) : std::nan(""));
      if (there) seen[columns[c].values.back()]++;
    }
    columns[c].distinct = seen.size();
  }
  return columns;
}

/// Two whole numbers that nearly always differ by the same few steps: a grade and an age.
void SuggestDifference(Suggestions& all, const TableInfo& table, const Sampled& a,
                       const Sampled& b) {
  if (a.distinct < kLeastValues || b.distinct < kLeastValues) return;
  std::map<double, size_t> steps;
  size_t rows = 0;
  for (size_t r = 0; r < a.values.size(); ++r) {
    double step = b.values[r] - a.values[r];
    if (std::isnan(step)) continue;
    ++rows;
    ++steps[step];
  }
  std::vector<std::pair<size_t, double>> often;
  for (auto [step, count] : steps) often.emplace_back(count, step);
  std::sort(often.rbegin(), often.rend());
  if (often.size() > kMostSteps) often.resize(kMostSteps);
  std::erase_if(often, [&](const auto& entry) {
    return static_cast<double>(entry.first) < 0.02 * static_cast<double>(rows);
  });
  if (rows < kLeastRows || often.empty()) return;
  size_t held = 0;
  double low = often[0].second, high = low;
  for (auto [count, step] : often) {
    held += count;
    low = std::min(low, step);
    high = std::max(high, step);
  }
  bool narrow = high - low <= static_cast<double>(kMostSteps);
  if (!narrow || static_cast<double>(held) < kHolds * static_cast<double>(rows)) return;
  Rule& rule =
      all.Add(Kind::kExpression, table, {a.field, b.field}, a.field->name + "_" + b.field->name);
  rule.text = fmt::format("{} - {} BETWEEN {} AND {}", SqlName(b.field->name),
                          SqlName(a.field->name), low, high);
  rule.evidence = fmt::format("{} of {} rows keep it", held, rows);
}

/// How many rows of a = b op c hold; nothing where the columns say too little.
template <typename Combine>
std::optional<double> ShareHeld(const Sampled& a, const Sampled& b, const Sampled& c,
                                Combine combine) {
  size_t rows = 0, held = 0, trivial = 0;
  for (size_t r = 0; r < a.values.size(); ++r) {
    double expected = combine(b.values[r], c.values[r]), value = a.values[r];
    if (std::isnan(expected) || std::isnan(value)) continue;
    ++rows;
    held += std::abs(expected - value) <= kTolerance + 1e-9 * std::abs(value);
    trivial += value == b.values[r] && value == c.values[r];
  }
  bool says_little =
      rows < kLeastRows || a.distinct < 3 || b.distinct < 2 || c.distinct < 2 || trivial * 2 > rows;
  if (says_little) return std::nullopt;
  return static_cast<double>(held) / static_cast<double>(rows);
}

void SuggestTriple(Suggestions& all, const TableInfo& table, const Sampled& a, const Sampled& b,
                   const Sampled& c) {
  auto product = ShareHeld(a, b, c, [](double x, double y) { return x * y; });
  auto sum = ShareHeld(a, b, c, [](double x, double y) { return x + y; });
  bool multiplies = product && *product >= kHolds, adds = sum && *sum >= kHolds;
  if (!multiplies && !adds) return;
  Rule& rule =
      all.Add(Kind::kExpression, table, {a.field, b.field, c.field}, a.field->name + "_adds_up");
  rule.text =
      fmt::format("abs({} - ({} {} {})) <= {}", SqlName(a.field->name), SqlName(b.field->name),
                  multiplies ? "*" : "+", SqlName(c.field->name), kTolerance);
  rule.evidence = fmt::format("{:.1f} % of rows keep it", (multiplies ? *product : *sum) * 100);
}

/// To one table.
struct Reference {
  const Field* field;
  uint64_t parents;  // its rows
};

/// How a column's values come in groups of rows that refer to the same; groups of several rows
/// alone say something.
struct Agreement {
  uint64_t groups = 0, values = 0;
  double rows = 0, usual = 0;  // rows of them, and those with their group's most frequent value

  bool IsEnough() const { return groups >= kLeastGroups && values >= kLeastValues; }
  bool Holds() const { return usual >= kDepends * rows; }
};
Result<Agreement> AgreementOf(const Suggestions& all, const std::string& from, const Field& on,
                              const Field& field) {
  std::string by = SqlName(on.name), name = SqlName(field.name);
  std::string rows = from + " WHERE " + by + " IS NOT NULL AND " + name + " IS NOT NULL";
  ROOST_ASSIGN(query::Answer answer,
               query::Ask(all.session,
                          fmt::format("SELECT count(*), coalesce(sum(n), 0)::BIGINT, "
                                      "coalesce(sum(usual), 0)::BIGINT, count(DISTINCT value) FROM "
                                      "(SELECT sum(n) AS n, max(n) AS usual, arg_max(value, n) AS "
                                      "value FROM (SELECT {0} AS k, {1} AS value, count(*) AS n "
                                      "FROM {2} GROUP BY ALL) GROUP BY k HAVING sum(n) > 1)",
                                      by, name, rows)));
  return Agreement{answer.Count(0), answer.Count(3), static_cast<double>(answer.Count(1)),
                   static_cast<double>(answer.Count(2))};
}

/// Rows of a large table that refer to some of its parents, and all rows that refer to these: a
/// group in a sample of rows would be small, and agree too easily.
std::string SampleOfGroups(const Suggestions& all, const TableInfo& table, const Field& on,
                           uint64_t groups) {
  std::string rows = RowsOf(all, table);
  uint64_t every = std::min(SampledEvery(all, table), groups / kSampledGroups);
  if (every <= 1) return rows;
  return fmt::format("(SELECT * FROM {} WHERE hash({}) <= {})", rows, SqlName(on.name),
                     UINT64_MAX / every);
}

/// A column whose value is the same wherever a reference is the same: copied from what it refers
/// to.
Status SuggestDependency(Suggestions& all, const TableInfo& table, const Reference& on,
                         const Field& field) {
  if (all.IsLarge(table)) {
    // Rows of a sample agree more often than all do: what does not hold there is none.
    ROOST_ASSIGN(Agreement some, AgreementOf(all, SampleOf(all, table), *on.field, field));
    if (some.groups >= kLeastGroups && !some.Holds()) return Status::OK();
  }
  std::string rows = SampleOfGroups(all, table, *on.field, on.parents);
  ROOST_ASSIGN(Agreement found, AgreementOf(all, rows, *on.field, field));
  if (!found.IsEnough() || !found.Holds()) return Status::OK();
  std::string sampled = rows == RowsOf(all, table) ? "" : "of a sample, ";
  Rule& rule = all.Add(Kind::kDependency, table, {&field}, field.name + ".depends");
  rule.other_fields = {on.field};
  rule.evidence = fmt::format("{}{} of {} rows that share {} agree", sampled, found.usual,
                              found.rows, on.field->name);
  all.in_keys.insert(&field);
  all.dependent.insert(&field);
  return Status::OK();
}

}  // namespace

Status SuggestDependencies(Suggestions& all, const TableInfo& table) {
  std::vector<Reference> references;
  for (const Rule& rule : all.rules) {
    bool one = rule.kind == Kind::kReference && rule.table == &table && rule.fields.size() == 1;
    if (one) references.push_back({rule.fields[0], rule.other_table->rows});
  }
  for (const Reference& on : references) {
    for (const Field& field : table.fields) {
      ValueKind kind = KindOf(field.type());
      bool plain = kind == ValueKind::kNumber || kind == ValueKind::kText;
      if (!plain || all.in_keys.contains(&field)) continue;
      ROOST_TRY(SuggestDependency(all, table, on, field));
    }
  }
  return Status::OK();
}

Status SuggestFormulas(Suggestions& all, const TableInfo& table) {
  ROOST_ASSIGN(std::vector<Sampled> columns, Sample(all, table));
  for (size_t i = 0; i < columns.size(); ++i) {
    for (size_t k = i + 1; k < columns.size(); ++k) {
      bool whole = columns[i].field->type() != shred::FinalType::kDouble &&
                   columns[k].field->type() != shred::FinalType::kDouble;
      if (whole) SuggestDifference(all, table, columns[i], columns[k]);
      for (size_t a = 0; a < columns.size(); ++a) {
        if (a != i && a != k) SuggestTriple(all, table, columns[a], columns[i], columns[k]);
      }
    }
  }
  return Status::OK();
}

}  // namespace roost::validate
