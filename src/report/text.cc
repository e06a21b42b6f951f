#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/figures.h"
#include "report/colours.h"
#include "report/wording.h"
#include "roost/report.h"

namespace roost {
namespace report {
namespace {

constexpr size_t kShownAnomalies = 3;

size_t Width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Painted(const Colours& colours, Fitness fitness, const std::string& text) {
  if (fitness == Fitness::kFit) return colours.Good(text);
  return fitness == Fitness::kUnfit ? colours.Bad(text) : colours.Warn(text);
}

std::string Bar(double share) {
  const auto filled = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * 20);
  std::string bar;
  for (size_t i = 0; i < 20; ++i) bar += i < filled ? "█" : "░";
  return bar;
}

std::string Head(const ValidationReport& report, const TerminalView& view, const Colours& colours) {
  const Verdict verdict = Judge(report);
  const Score& score = report.score;
  std::string text = colours.Bold(Painted(colours, verdict.fitness, verdict.headline)) + "\n" +
                     Wrapped(verdict.sentence, 0, view.width) + "\n\n";
  if (score.overall) {
    text += "score  " + Painted(colours, verdict.fitness, Bar(*score.overall / 100)) + " " +
            colours.Bold(ScoreText(*score.overall)) + " of 100";
    const std::string change = ScoreChange(report);
    if (!change.empty()) text += ", " + change;
    text += "\n";
    if (score.cap < 100 && !score.cap_reason.empty())
      text += "       " +
              Wrapped("at most " + ScoreText(score.cap) + ": " + Printable(score.cap_reason), 7,
                      view.width) +
              "\n";
  } else {
    text += "score  not assessed\n";
  }
  const std::string ran =
      FormatCount(score.rules_run) + " of " + Counted(score.rules_declared, "rule");
  const std::string covered =
      FormatCount(score.columns_with_rule) + " of " + Counted(score.columns, "column");
  const std::string looked =
      Counted(RowsOf(report), "row") + " in " + Counted(report.tables.size(), "table");
  text += "       " + Wrapped(ran + " ran, " + covered + " have a rule, " + looked, 7, view.width) +
          "\n";
  return text;
}

std::string Sample(const FailingRow& row, const TerminalView& view, const Colours& colours) {
  std::string text;
  for (const auto& [column, value] : row.values) {
    if (text.size() > 120) break;
    text += (text.empty() ? "" : "  ") + Printable(column) + "=" + Printable(value);
  }
  return "      " + Wrapped(text, 6, view.width) + "\n      " +
         colours.Dim(Wrapped(Printable(PlaceText(row)), 6, view.width)) + "\n";
}

std::string Finding(const ValidationReport& report, const RuleResult& rule,
                    const TerminalView& view, const Colours& colours) {
  const bool is_bad = rule.outcome == Outcome::kFailed && rule.severity != Severity::kWarning;
  const char* sign = rule.outcome == Outcome::kFailed   ? "✕"
                     : rule.outcome == Outcome::kNotRun ? "?"
                                                        : "!";
  std::string text = (is_bad ? colours.Bad(sign) : colours.Warn(sign)) + " " +
                     colours.Bold(Wrapped(Printable(TitleText(rule)), 2, view.width)) + "\n";
  std::string facts = OutcomeText(rule) + ": " + CountsText(rule);
  if (rule.orphan_keys) facts += ", " + Counted(*rule.orphan_keys, "missing key");
  if (rule.healed > 0) facts += ", " + Counted(rule.healed, "row") + " healed";
  const auto shares = FailedShares(report, rule);
  if (shares.size() > 1) facts += "  " + SparkText(shares);
  text += "    " + Wrapped(facts, 4, view.width) + "\n";
  if (rule.outcome == Outcome::kNotRun && !rule.message.empty())
    text += "    " + Wrapped(Printable(rule.message), 4, view.width) + "\n";
  for (size_t i = 0; i < std::min<size_t>(2, rule.samples.size()); ++i)
    text += Sample(rule.samples[i], view, colours);
  // A command is copied: it is not broken into lines.
  if (!rule.reproduce.empty())
    text += "    " + colours.Dim("$ " + Printable(rule.reproduce)) + "\n";
  return text;
}

std::string Dimensions(const ValidationReport& report, const Colours& colours) {
  std::string text;
  for (const DimensionScore& each : report.score.dimensions) {
    if (each.rules == 0) continue;
    const std::string score = fmt::format("{:>5}", ScoreText(each.score));
    text += fmt::format("  {:<13} {}  {}\n", NameOf(each.dimension),
                        each.score < 60 ? colours.Bad(score) : score,
                        colours.Dim(Counted(each.rules, "rule")));
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string Wrapped(std::string_view text, size_t indent, unsigned width) {
  // Narrower than this breaks more than it helps.
  if (width < indent + 30) return std::string(text);
  const size_t room = width - indent;
  std::string out;
  size_t used = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const size_t needed = Width(word);
    if (used > 0 && used + 1 + needed > room) {
      out += "\n" + std::string(indent, ' ');
      used = 0;
    } else if (at > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += needed;
    at = end + 1;
  }
  return out;
}

}  // namespace report

std::string ReportText(const ValidationReport& report, const TerminalView& view) {
  using namespace report;
  const Colours colours(view);
  std::string text = Head(report, view, colours) + Dimensions(report, colours);
  if (!report.changes.empty()) text += "\nsince the last run\n";
  for (const std::string& change : report.changes)
    text += "  " + Wrapped(Printable(change), 2, view.width) + "\n";
  const auto findings = Findings(report);
  for (size_t i = 0; i < std::min(findings.size(), view.findings); ++i)
    text += "\n" + Finding(report, *findings[i], view, colours);
  if (findings.size() > view.findings)
    text += "\n... and " + Counted(findings.size() - view.findings, "more finding") +
            ": see the report\n";
  if (report.anomaly_count > 0)
    text += fmt::format("\n{} no rule forbids: see the report\n",
                        report.anomaly_count == 1
                            ? "1 anomaly that"
                            : FormatCount(report.anomaly_count) + " anomalies that");
  for (size_t i = 0; i < std::min(kShownAnomalies, report.anomalies.size()); ++i) {
    const Anomaly& anomaly = report.anomalies[i];
    std::string line = Printable(anomaly.table) + ": " + Printable(anomaly.text);
    if (!anomaly.usual.empty()) line += "; usual: " + Printable(anomaly.usual);
    text += "  " + Wrapped(line, 2, view.width) + "\n";
  }
  for (const std::string& note : report.notes)
    text += "\nnote: " + Wrapped(Printable(note), 6, view.width) + "\n";
  return text;
}

}  // namespace roost
