#include "validate/batches.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "anomaly/history.h"

namespace roost::validate {

namespace {

using anomaly::BatchFigure;
using anomaly::BatchVerdict;
using anomaly::Season;

std::string SeasonWords(Season season) {
  if (season == Season::kHour) return " at this hour";
  return season == Season::kWeekday ? " on this day of the week" : "";
}

/// Nothing where the figure is usual, or always was nothing: then every figure would be strange.
std::optional<Anomaly> Judge(const std::vector<BatchFigure>& past, BatchFigure now,
                             const std::string& what, auto shown) {
  BatchVerdict verdict = anomaly::JudgeBatch(past, now);
  if (verdict.is_warming_up || verdict.usual == 0) return std::nullopt;
  if (!verdict.is_far && !verdict.has_drifted) return std::nullopt;
  Anomaly anomaly;
  anomaly.kind = "batch";
  anomaly.strength = verdict.is_far ? std::abs(verdict.deviations) : verdict.drift;
  anomaly.usual = shown(verdict.usual - 3 * verdict.spread) + " to " +
                  shown(verdict.usual + 3 * verdict.spread) + SeasonWords(verdict.season);
  anomaly.text = fmt::format("{}: {}, {}", what, shown(now.value),
                             verdict.is_far ? "far from what is usual"
                                            : "and it has been drifting away from what is usual");
  return anomaly;
}

std::string Rows(double value) { return fmt::format("{:.0f}", value); }
std::string Share(double value) { return fmt::format("{:.3g} %", 100 * std::max(0.0, value)); }

std::optional<Anomaly> JudgeGrowth(const State& state, const TableProfile& table,
                                   int64_t now_seconds) {
  std::vector<BatchFigure> past;
  std::optional<double> before;
  for (const PastRows& each : state.RowsOf(table.name)) {
    auto count = static_cast<double>(each.rows);
    if (before) past.push_back({state.runs[each.run].seconds, count - *before});
    before = count;
  }
  if (!before) return std::nullopt;
  double grown = static_cast<double>(table.rows) - *before;
  auto found = Judge(past, {now_seconds, grown}, "rows that came to " + table.name, Rows);
  if (found) found->table = table.name;
  return found;
}

std::optional<Anomaly> JudgeFailures(const State& state, const RuleResult& rule,
                                     int64_t now_seconds) {
  auto share = [](uint64_t failed, uint64_t tested) {
    return static_cast<double>(failed) / static_cast<double>(tested);
  };
  std::vector<BatchFigure> past;
  for (const PastVerdict& each : state.VerdictsOf(rule.name)) {
    if (each.tested == 0) continue;
    past.push_back({state.runs[each.run].seconds, share(each.failed, each.tested)});
  }
  auto found = Judge(past, {now_seconds, share(rule.failed, rule.tested)},
                     "rows that fail " + rule.name, Share);
  if (!found) return found;
  found->table = rule.table;
  found->columns = rule.columns;
  return found;
}

}  // namespace

std::vector<Anomaly> FindStrangeBatches(const State& state, const ValidationReport& report,
                                        int64_t now_seconds) {
  std::vector<Anomaly> found;
  for (const TableProfile& table : report.tables) {
    if (auto one = JudgeGrowth(state, table, now_seconds)) found.push_back(*std::move(one));
  }
  for (const RuleResult& rule : report.rules) {
    if (rule.outcome == Outcome::kNotRun || rule.tested == 0) continue;
    if (auto one = JudgeFailures(state, rule, now_seconds)) found.push_back(*std::move(one));
  }
  return found;
}

}  // namespace roost::validate
