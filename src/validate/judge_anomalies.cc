#include <fmt/format.h>

#include <algorithm>

#include "base/figures.h"
#include "base/stage_time.h"
#include "validate/judge.h"

namespace roost::validate {

namespace {

bool LooksAt(const Rule& rule, const TableInfo& table) {
  return rule.kind == Kind::kAnomaly && !rule.is_absent && rule.table == &table;
}

std::string Message(const RuleResult& result, const Strange& strange) {
  std::string rows = FormatCount(result.tested) + " rows";
  std::string message = result.failed == 0
                            ? "nothing strange in " + rows
                            : FormatCount(result.failed) + " of " + rows + " are strange";
  if (strange.rows.looked_at > 0 && strange.rows.looked_at < result.tested) {
    message +=
        fmt::format("; whole rows were judged by {} of them", FormatCount(strange.rows.looked_at));
  }
  return message;
}

}  // namespace

/// By the rule that says how, if there is one; nothing where nobody asks.
std::optional<OddSearch> Judge::SearchOf(const TableInfo& table,
                                         const std::vector<Rule>& rules) const {
  auto rule = std::ranges::find_if(rules, [&](const Rule& each) { return LooksAt(each, table); });
  bool is_asked = rule != rules.end() ||
                  std::ranges::find(options_.searched, &table) != options_.searched.end();
  if (!is_asked || (rule != rules.end() && rule->is_off)) return std::nullopt;
  OddSearch search;
  search.kept = options_.kept;
  search.how.threads = options_.threads;
  search.how.should_stop = options_.should_stop;
  if (rule != rules.end()) {
    search.fields = rule->fields;
    if (rule->is_forest) search.how.method = anomaly::RowMethod::kForest;
  }
  return search;
}

/// For a thread of its own: it reads what does not change any more, and needs no SQL.
Judge::OddRowsOfTables Judge::LookForOddRows(const std::vector<Rule>& rules,
                                             const std::vector<Reading>& readings,
                                             double& seconds) const {
  StageTime time(seconds);
  OddRowsOfTables rows(tables_.all().size(), OddRows());
  Status status = ForEachTable([&](size_t t, unsigned) {
    const TableInfo& table = tables_.all()[t];
    auto search = SearchOf(table, rules);
    if (!search) return Status::OK();
    search->passing = readings[t].passing.get();
    rows[t] = FindOddRows(table, profiles_[t], *search);
    return rows[t].status().IsCancelled() ? rows[t].status() : Status::OK();
  });
  if (!status.ok()) rows.assign(rows.size(), status);
  return rows;
}

/// Single values, which may need SQL, and the rows that were found.
Status Judge::LookForStrange(const std::vector<Rule>& rules, const std::vector<Reading>& readings,
                             OddRowsOfTables odd_rows) {
  StageTime time(seconds_["looking for strange values"]);
  for (size_t t = 0; t < readings.size(); ++t) {
    const TableInfo& table = *readings[t].table;
    auto search = SearchOf(table, rules);
    if (!search) continue;
    Result<std::vector<Oddity>> values =
        FindOddities(session_, table, profiles_[t], readings[t].pass.cells);
    Status status = values.ok() ? odd_rows[t].status() : values.status();
    if (status.IsCancelled()) return status;
    if (!status.ok()) {
      notes_.push_back("strange values of " + table.name() +
                       " could not be looked for: " + status.message());
      continue;
    }
    const auto& fields = search->fields;
    std::erase_if(*values, [&](const Oddity& oddity) {
      return !fields.empty() && std::ranges::find(fields, oddity.field) == fields.end();
    });
    strange_[&table] = {*std::move(values), *std::move(odd_rows[t])};
  }
  return Status::OK();
}

Status Judge::FetchAnomalies(const std::vector<Rule>& rules, Failures& failures,
                             std::vector<RuleResult>& results) {
  StageTime time(seconds_["rows that are strange"]);
  const Rule* current = nullptr;
  Failures::Options options;
  options.folder = options_.failures_folder;
  AnomalyFinder::OnRow on_row;
  if (options_.on_row) {
    on_row = [&](const Field* field, const std::string& file, const std::string& path) {
      if (!current) return;  // nobody asked
      Rule of_field = *current;
      of_field.fields = {field};
      options_.on_row(of_field, file, path);
    };
  }
  AnomalyFinder finder(session_, tables_, failures, options, options_.last, on_row);
  for (const TableInfo& table : tables_.all()) {
    auto strange = strange_.find(&table);
    if (strange == strange_.end()) continue;
    RuleResult unasked, *result = &unasked;
    unasked.name = table.name() + ".anomalies";
    current = nullptr;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!LooksAt(rules[i], table)) continue;
      current = &rules[i];
      result = &results[i];
    }
    Status status = finder.Fetch(table, strange->second, *result);
    if (status.IsCancelled()) return status;
    if (!status.ok()) {
      result->outcome = Outcome::kNotRun;
      result->message = "could not run: " + status.message();
      if (!current) notes_.push_back(unasked.name + " " + result->message);
      continue;
    }
    Remember(AnomaliesMark(table), *result);
    for (const Oddity& oddity : strange->second.values) {
      index_.tables[table.name()].oddities[NameOf(oddity)] = oddity.end;
    }
    result->message = Message(*result, strange->second);
    // Strange is not wrong: only a limit that somebody set makes it a fault.
    if (current && (current->warn || current->fail)) Decide(*current, *result);
  }
  anomaly_count_ = finder.count();
  anomalies_ = finder.TakeAnomalies();
  return Status::OK();
}

}  // namespace roost::validate
