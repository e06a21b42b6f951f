#include "report/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/figures.h"

namespace roost::report {
namespace {

struct Tally {
  uint64_t failed = 0, critical = 0, warned = 0, not_run = 0;
};

Tally Count(const ValidationReport& report) {
  Tally tally;
  for (const RuleResult& rule : report.rules) {
    const bool fails = rule.outcome == Outcome::kFailed && rule.severity != Severity::kWarning;
    tally.failed += fails;
    tally.critical += fails && rule.severity == Severity::kCritical;
    tally.warned +=
        !fails && (rule.outcome == Outcome::kFailed || rule.outcome == Outcome::kWarned);
    tally.not_run += rule.outcome == Outcome::kNotRun;
  }
  return tally;
}

std::string Of(uint64_t part, size_t whole, const char* noun) {
  return FormatCount(part) + " of " + Counted(whole, noun);
}

std::string Looked(const ValidationReport& report) {
  return Counted(RowsOf(report), "row") + " in " + Counted(report.tables.size(), "table");
}

// Failed before not run before warned; within each the severe first.
int Rank(const RuleResult& rule) {
  const int severity = static_cast<int>(rule.severity);
  if (rule.outcome == Outcome::kFailed) return 10 - severity;
  if (rule.outcome == Outcome::kNotRun) return 20 - severity;
  return 30 - severity;
}

template <class Keep>
std::vector<const RuleResult*> Select(const ValidationReport& report, Keep keep) {
  std::vector<const RuleResult*> rules;
  for (const RuleResult& rule : report.rules) {
    if (keep(rule)) rules.push_back(&rule);
  }
  return rules;
}

double ShareOf(uint64_t failed, uint64_t tested) {
  return tested == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(tested);
}

}  // namespace

Verdict Judge(const ValidationReport& report) {
  const Tally tally = Count(report);
  const size_t rules = report.rules.size();
  if (rules == 0)
    return {Fitness::kNotAssessed, "Not assessed", "No rule was declared, so nothing was judged."};
  std::string not_run;
  if (tally.not_run != 0) not_run = Of(tally.not_run, rules, "rule") + " could not run";
  if (tally.failed != 0) {
    std::string text = Of(tally.failed, rules, "rule") + (tally.failed == 1 ? " fails" : " fail");
    if (tally.critical != 0) text += ", " + FormatCount(tally.critical) + " of them critical";
    if (!not_run.empty()) text += "; " + not_run;
    return {Fitness::kUnfit, "Not fit for use", text + "."};
  }
  if (!not_run.empty())
    return {Fitness::kUntold, "Cannot be told", not_run + ", so this is no clean bill."};
  std::string holds = "hold on " + Looked(report) + ".";
  if (tally.warned != 0) {
    return {Fitness::kFitWithWarnings, "Fit for use, with " + Counted(tally.warned, "warning"),
            "The other " + Counted(rules - tally.warned, "rule") + " " + holds};
  }
  return {Fitness::kFit, "Fit for use",
          rules == 1 ? "The one rule holds on " + Looked(report) + "."
                     : "All " + Counted(rules, "rule") + " " + holds};
}

std::vector<const RuleResult*> Findings(const ValidationReport& report) {
  auto rules =
      Select(report, [](const RuleResult& rule) { return rule.outcome != Outcome::kPassed; });
  std::sort(rules.begin(), rules.end(), [](const RuleResult* a, const RuleResult* b) {
    return std::tuple(Rank(*a), -a->points_lost, b->failed, std::cref(a->name).get()) <
           std::tuple(Rank(*b), -b->points_lost, a->failed, std::cref(b->name).get());
  });
  return rules;
}

std::vector<const RuleResult*> PassedRules(const ValidationReport& report) {
  return Select(report, [](const RuleResult& rule) { return rule.outcome == Outcome::kPassed; });
}

std::vector<const RuleResult*> RulesWithLoss(const ValidationReport& report) {
  auto rules = Select(report, [](const RuleResult& rule) { return rule.points_lost > 0; });
  std::stable_sort(rules.begin(), rules.end(), [](const RuleResult* a, const RuleResult* b) {
    return a->points_lost > b->points_lost;
  });
  return rules;
}

uint64_t RowsOf(const ValidationReport& report) {
  uint64_t rows = 0;
  for (const TableProfile& table : report.tables) rows += table.rows;
  return rows;
}

uint64_t ColumnsOf(const ValidationReport& report) {
  uint64_t columns = 0;
  for (const TableProfile& table : report.tables) columns += table.columns.size();
  return columns;
}

std::string ShareText(double share) {
  const double percent = 100 * share;
  if (percent <= 0) return "0 %";
  if (percent >= 100) return "100 %";
  if (percent < 0.01) return "< 0.01 %";
  if (percent > 99.99) return "> 99.99 %";
  // Rounded towards the middle, so that no digit claims nothing or all.
  const int digits = percent < 1 || percent > 99 ? 2 : 1;
  return fmt::format("{:.{}f} %", percent, digits);
}

std::string ShareText(uint64_t part, uint64_t whole) { return ShareText(ShareOf(part, whole)); }

std::string ScoreText(double score) {
  const double shown = std::floor(score * 10 + 1e-9) / 10;
  return fmt::format("{:.{}f}", shown, shown == std::floor(shown) ? 0 : 1);
}

std::string NumberText(double number) {
  if (!std::isfinite(number)) return std::isnan(number) ? "NaN" : number > 0 ? "∞" : "-∞";
  if (number == std::floor(number) && std::fabs(number) < 1e15) {
    const std::string digits = FormatCount(static_cast<uint64_t>(std::fabs(number)));
    return number < 0 ? "-" + digits : digits;
  }
  return fmt::format("{:.6g}", number);
}

std::string ScoreChange(const ValidationReport& report) {
  if (!report.last_score || !report.score.overall) return "";
  const double last = *report.last_score, change = *report.score.overall - last;
  if (std::fabs(change) < 0.05) return "unchanged at " + ScoreText(last);
  return fmt::format("{} {:.1f} from {}", change > 0 ? "up" : "down", std::fabs(change),
                     ScoreText(last));
}

std::string CountsText(const RuleResult& rule) {
  if (rule.outcome == Outcome::kNotRun) return "could not run";
  return Of(rule.failed, rule.tested, "row") + " (" + ShareText(rule.failed, rule.tested) + ")";
}

std::string TitleText(const RuleResult& rule) {
  return rule.table.empty() ? rule.text : rule.table + ": " + rule.text;
}

std::string MoreThanCounts(const RuleResult& rule) {
  const std::string counts = std::to_string(rule.failed) + " of " + std::to_string(rule.tested) +
                             (rule.tested == 1 ? " row fails" : " rows fail");
  return rule.message == counts ? "" : rule.message;
}

std::string OutcomeText(const RuleResult& rule) {
  std::string text = NameOf(rule.outcome);
  if (rule.outcome != Outcome::kPassed) text += std::string(", ") + NameOf(rule.severity);
  return text;
}

std::string PlaceText(const FailingRow& row) {
  std::string place = row.file;
  auto add = [&place](const std::string& text) {
    if (!text.empty()) place += (place.empty() ? "" : ", ") + text;
  };
  if (row.offset >= 0) {
    add("byte " + FormatCount(static_cast<uint64_t>(row.offset)));
  } else if (row.record >= 0) {
    add("record " + FormatCount(static_cast<uint64_t>(row.record)));
  }
  add(row.json_path);
  if (place.empty() && row.id >= 0) place = "row " + std::to_string(row.id);
  return place;
}

std::string ReferenceText(const RelationUse& relation) {
  auto names = [](const std::vector<std::string>& columns) {
    std::string list;
    for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + column;
    return columns.size() == 1 ? list : "(" + list + ")";
  };
  return relation.table + "." + names(relation.columns) + " → " + relation.ref_table + "." +
         names(relation.ref_columns);
}

std::vector<double> FailedShares(const ValidationReport& report, const RuleResult& rule) {
  std::vector<double> shares;
  for (const PastCount& past : rule.history) {
    if (past.run < report.run) shares.push_back(ShareOf(past.failed, past.tested));
  }
  shares.push_back(ShareOf(rule.failed, rule.tested));
  return shares;
}

std::string SparkText(const std::vector<double>& shares) {
  static const char* const kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double most = *std::max_element(shares.begin(), shares.end());
  std::string text;
  for (double share : shares) {
    text +=
        kBlocks[most <= 0 ? 0
                          : std::clamp<int>(static_cast<int>(std::ceil(share / most * 7)), 0, 7)];
  }
  return text;
}

}  // namespace roost::report
