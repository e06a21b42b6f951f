#include <fmt/format.h>

#include <algorithm>

#include "base/figures.h"
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

/// By the rule that says how, if there is one.
Status Judge::LookForStrange(const TableInfo& table, const std::vector<Rule>& rules,
                             PassResult& pass) {
  auto rule = std::find_if(rules.begin(), rules.end(),
                           [&](const Rule& each) { return LooksAt(each, table); });
  const auto& searched = options_.searched;
  bool is_asked =
      rule != rules.end() || std::find(searched.begin(), searched.end(), &table) != searched.end();
  if (!is_asked || (rule != rules.end() && rule->is_off)) {
    return Status::OK();
  }
  OddSearch search;
  search.kept = options_.kept;
  search.how.threads = options_.threads;
  search.how.should_stop = options_.should_stop;
  if (rule != rules.end()) {
    search.fields = rule->fields;
    if (rule->is_forest) search.how.method = anomaly::RowMethod::kForest;
  }
  Result<Strange> strange = FindStrange(session_, table, pass, search);
  if (strange.status().IsCancelled()) return strange.status();
  if (strange.ok()) strange_[&table] = *std::move(strange);
  if (!strange.ok()) {
    notes_.push_back("strange values of " + table.name() +
                     " could not be looked for: " + strange.status().message());
  }
  return Status::OK();
}

Status Judge::FetchAnomalies(const std::vector<Rule>& rules, std::vector<RuleResult>& results) {
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
  AnomalyFinder finder(session_, tables_, options, options_.last, on_row);
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
