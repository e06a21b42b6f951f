#include <algorithm>
#include <functional>

#include "base/sql_text.h"
#include "base/stage_time.h"
#include "relate/parallel.h"
#include "validate/judge.h"
#include "validate/row_check.h"
#include "validate/row_counts.h"
#include "validate/row_local.h"
#include "validate/table_pass.h"

namespace roost::validate {

namespace {

/// Tables of no more rows are read beside each other, by a thread each.
constexpr uint64_t kSmallTable = 1 << 18;

}  // namespace

/// Large tables one after the other, each by all threads; then small ones, the largest first.
Status Judge::ForEachTable(const std::function<Status(size_t table, unsigned threads)>& run) const {
  std::vector<size_t> small;
  for (size_t t = 0; t < tables_.all().size(); ++t) {
    if (tables_.all()[t].rows <= kSmallTable) {
      small.push_back(t);
    } else {
      ROOST_TRY(run(t, options_.threads));
    }
  }
  std::ranges::stable_sort(small, std::greater(), [&](size_t t) { return tables_.all()[t].rows; });
  return relate::ForEachTask(small.size(), {options_.threads, options_.should_stop},
                             [&](size_t i) { return run(small[i], 1); });
}

/// All that needs no SQL, so that DuckDB may start beside it.
Result<std::vector<Judge::Reading>> Judge::ReadTables(const std::vector<Rule>& rules) {
  ChooseKeys(rules);
  std::vector<Reading> readings;
  for (const TableInfo& table : tables_.all()) {
    Reading& reading = readings.emplace_back(Reading{&table, {}, {}, {}, {}, {}});
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!IsRowRule(rules[i].kind) || rules[i].is_absent || rules[i].table != &table) continue;
      reading.rules.push_back(&rules[i]);
      reading.places.push_back(i);
      reading.checks.push_back(RowCheck::Make(rules[i]));
    }
  }
  StageTime time(seconds_["pass over tables"]);
  ROOST_TRY(ForEachTable([&](size_t t, unsigned threads) -> Status {
    Reading& reading = readings[t];
    PassOptions options{threads, options_.profile, options_.should_stop, KeysOf(*reading.table),
                        options_.kept};
    auto search = options_.profile ? SearchOf(*reading.table, rules) : std::nullopt;
    if (search) {
      reading.passing = RowsForOddSearch(*reading.table, search->fields);
      options.on_batch = [&](const auto&... batch) { return reading.passing->Take(batch...); };
    }
    ROOST_ASSIGN(reading.pass, ReadTable(*reading.table, reading.rules, reading.checks, options));
    return Status::OK();
  }));
  return readings;
}

Status Judge::TakeCounts(std::vector<Reading>& readings, std::vector<RuleResult>& results) {
  StageTime time(seconds_["conditions by SQL"]);
  for (Reading& reading : readings) {
    keys_.merge(reading.pass.keys);
    std::vector<const Rule*> by_sql;
    std::vector<RuleResult*> sql_results;
    for (size_t i = 0; i < reading.rules.size(); ++i) {
      RuleResult& result = results[reading.places[i]];
      result.tested = reading.pass.counts[i].tested;
      result.failed = reading.pass.counts[i].failed;
      if (reading.checks[i]) continue;
      by_sql.push_back(reading.rules[i]);
      sql_results.push_back(&result);
    }
    ROOST_TRY(CountBySql(*reading.table, by_sql, sql_results));
  }
  return Status::OK();
}

/// Of parts that the last run saw it said the counts, where a rule looks at nothing but the row.
Status Judge::CountBySql(const TableInfo& table, const std::vector<const Rule*>& rules,
                         const std::vector<RuleResult*>& results) {
  const auto* fresh = options_.last ? options_.last->NewParts(table) : nullptr;
  std::vector<const Rule*> in_full, in_new;
  std::vector<RuleResult*> full_results, new_results;
  for (size_t i = 0; i < rules.size(); ++i) {
    const auto* found =
        fresh && SeesOnlyRow(*rules[i]) ? options_.last->Find(FailuresMark(*rules[i])) : nullptr;
    (found ? in_new : in_full).push_back(rules[i]);
    (found ? new_results : full_results).push_back(results[i]);
    if (!found) continue;
    results[i]->tested = found->tested;
    results[i]->failed = found->rows;
  }
  auto count = [&](const std::string& from, const std::vector<const Rule*>& some,
                   const std::vector<RuleResult*>& some_results) -> Status {
    ROOST_ASSIGN(std::vector<RowCount> counts, CountRowsBySql(session_, from, some));
    for (size_t i = 0; i < some.size(); ++i) {
      some_results[i]->tested += counts[i].tested;
      some_results[i]->failed += counts[i].failed;
      if (!counts[i].status.ok()) CannotRun(*some_results[i], counts[i].status);
    }
    return Status::OK();
  };
  ROOST_TRY(count(SqlName(table.name()), in_full, full_results));
  if (in_new.empty() || fresh->empty()) return Status::OK();
  return count("(" + session_.SelectOf(table.name(), *fresh) + ")", in_new, new_results);
}

/// Fetches the rows that were counted; both ways of counting must agree.
Status Judge::TakeFailing(const Rule& rule, RuleResult& result, Failures& failures) {
  uint64_t counted = result.failed;
  if (counted > 0) {
    RowConditions conditions = ConditionsOf(rule);
    auto bad = [&](const RowSource& source) {
      return "SELECT " + SqlName(rule.table->id) + " AS id, " + conditions.reason +
             " AS reason FROM " + source.From(*rule.table) + " WHERE " + conditions.failed;
    };
    bool is_done = false;
    if (RowCheck::Make(rule) || SeesOnlyRow(rule)) {
      const auto* found = options_.last ? options_.last->Find(FailuresMark(rule)) : nullptr;
      bool is_new = !found || found->rows != counted;
      ROOST_ASSIGN(is_done, TakeMore(rule, {"true", is_new ? bad : BadOf()}, result, failures));
    }
    if (!is_done || result.failed != counted) {
      result.samples.clear();
      ROOST_TRY(failures.Take(*rule.table, bad({}), result));
    }
    if (counted != result.failed) {
      return Status::Invalid("two ways of counting disagree: ", counted, " and ", result.failed,
                             " rows; this is a bug of roost");
    }
  }
  Remember(FailuresMark(rule), result);
  return Status::OK();
}

/// Of parts that the last run saw, the rows it found and that are bad still; of new ones those that
/// are bad. False where it is not known what the last run found.
Result<bool> Judge::TakeMore(const Rule& rule, const Again& again, RuleResult& result,
                             Failures& failures) {
  const TableInfo& table = *rule.table;
  const auto* fresh = options_.last ? options_.last->NewParts(table) : nullptr;
  const auto* found = options_.last ? options_.last->Find(FailuresMark(rule)) : nullptr;
  if (!fresh || !found) return false;
  std::string from, more;
  if (!fresh->empty() && again.bad) {
    RowSource source;
    source.instead[&table] = session_.SelectOf(table.name(), *fresh);
    from = source.From(table);
    more = again.bad(source);
  }
  if (found->file.empty()) {
    result.failed = 0;
    if (!more.empty()) ROOST_TRY(failures.Take(table, more, result, from));
    return true;
  }
  ROOST_TRY(options_.last->Recall(session_, table, *found));
  std::string all = "SELECT " + SqlName(table.id) + " AS id, _reason AS reason FROM _known WHERE " +
                    again.still + (more.empty() ? "" : " UNION ALL " + more);
  ROOST_TRY(failures.TakeKnown(table, all, result, from));
  return true;
}

}  // namespace roost::validate
