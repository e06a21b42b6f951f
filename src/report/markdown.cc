#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/figures.h"
#include "report/wording.h"
#include "roost/report.h"

namespace roost {
namespace report {
namespace {

// A fence longer than any within.
std::string CodeBlock(const std::string& language, const std::string& code) {
  size_t longest = 2, ticks = 0;
  for (char c : code) {
    ticks = c == '`' ? ticks + 1 : 0;
    longest = std::max(longest, ticks);
  }
  const std::string fence(longest + 1, '`');
  std::string shown;
  for (size_t at = 0, end = 0; at <= code.size(); at = end + 1) {
    end = std::min(code.find('\n', at), code.size());
    shown += Printable(std::string_view(code).substr(at, end - at)) + "\n";
  }
  return fence + language + "\n" + shown + fence + "\n\n";
}

std::string Line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

// `columns`: "name" set to the left, ">name" to the right.
std::string TableHead(const std::vector<std::string>& columns) {
  std::vector<std::string> names, rules;
  for (const std::string& column : columns) {
    const bool is_number = column.starts_with('>');
    names.push_back(InMarkdown(is_number ? column.substr(1) : column));
    rules.push_back(is_number ? "---:" : "---");
  }
  return Line(names) + Line(rules);
}

std::string Summary(const ValidationReport& report) {
  const Verdict verdict = Judge(report);
  const Score& score = report.score;
  std::string text = "**" + verdict.headline + ".** " + verdict.sentence + "\n\n| | |\n|---|---|\n";
  std::string shown = score.overall ? ScoreText(*score.overall) + " of 100" : "not assessed";
  if (score.overall && score.cap < 100 && !score.cap_reason.empty())
    shown += ", at most " + ScoreText(score.cap) + ": " + InMarkdown(score.cap_reason);
  text += Line({"Score", shown});
  text += Line({"Looked at",
                Counted(RowsOf(report), "row") + " in " + Counted(report.tables.size(), "table")});
  text +=
      Line({"Rules", FormatCount(score.rules_run) + " of " + Counted(score.rules_declared, "rule") +
                         " ran (" + InMarkdown(report.rules_source) + ")"});
  text += Line({"Columns", FormatCount(score.columns_with_rule) + " of " +
                               Counted(score.columns, "column") + " have a rule"});
  const std::string change = ScoreChange(report);
  text += Line({"Run", FormatCount(report.run) + (change.empty() ? "" : ", score " + change)});
  return text + "\n";
}

std::string Changes(const ValidationReport& report) {
  if (report.changes.empty()) return "";
  std::string text = "## Since the last run\n\n";
  for (const std::string& change : report.changes) text += "- " + InMarkdown(change) + "\n";
  return text + "\n";
}

std::string Samples(const RuleResult& rule) {
  if (rule.samples.empty()) return "";
  std::vector<std::string> columns;
  for (const FailingRow& row : rule.samples) {
    for (const auto& [column, value] : row.values) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end())
        columns.push_back(column);
    }
  }
  if (columns.size() > 10) columns.resize(10);
  std::vector<std::string> head = columns;
  head.insert(head.begin(), "where");
  head.push_back("why");
  std::string text = TableHead(head);
  for (const FailingRow& row : rule.samples) {
    std::vector<std::string> cells = {InMarkdown(PlaceText(row))};
    for (const std::string& column : columns) {
      auto found = std::find_if(row.values.begin(), row.values.end(),
                                [&](const auto& value) { return value.first == column; });
      cells.push_back(found == row.values.end() ? "" : InMarkdown(found->second));
    }
    cells.push_back(InMarkdown(row.reason));
    text += Line(cells);
  }
  text += "\n";
  if (rule.samples_are_all) return text;
  text += "Shown: " + FormatCount(rule.samples.size()) + " of " + Counted(rule.failed, "row");
  if (!rule.failures_file.empty()) text += "; all are in " + AsMarkdownCode(rule.failures_file);
  return text + ".\n\n";
}

std::string Finding(const ValidationReport& report, const RuleResult& rule) {
  std::string text = "### " + OutcomeText(rule) + ": " + InMarkdown(TitleText(rule)) + "\n\n";
  text += CountsText(rule);
  if (rule.orphan_keys) text += ", " + Counted(*rule.orphan_keys, "missing key");
  if (rule.healed > 0) text += ", " + Counted(rule.healed, "row") + " healed since the last run";
  if (rule.points_lost >= 0.005) text += fmt::format(", {:.2f} points lost", rule.points_lost);
  const auto shares = FailedShares(report, rule);
  if (shares.size() > 1) text += ", runs " + SparkText(shares);
  text += ". Rule " + AsMarkdownCode(rule.name) + (rule.suggested ? ", suggested" : "") + ".\n\n";
  if (const std::string message = MoreThanCounts(rule); !message.empty())
    text += InMarkdown(message) + "\n\n";
  text += Samples(rule);
  if (!rule.reproduce.empty()) text += CodeBlock("sh", rule.reproduce);
  if (!rule.sql.empty()) text += CodeBlock("sql", rule.sql);
  return text;
}

std::string AllFindings(const ValidationReport& report) {
  const auto findings = Findings(report);
  std::string text = "## Findings\n\n";
  if (findings.empty()) return text + "No rule found anything.\n\n";
  for (const RuleResult* rule : findings) text += Finding(report, *rule);
  return text;
}

std::string ScoreSum(const ValidationReport& report) {
  if (!report.score.overall) return "";
  std::string text = "## Score\n\n" + TableHead({"dimension", ">rules", ">score"});
  for (const DimensionScore& each : report.score.dimensions) {
    if (each.rules != 0)
      text += Line({NameOf(each.dimension), FormatCount(each.rules), ScoreText(each.score)});
  }
  const auto rules = RulesWithLoss(report);
  if (rules.empty()) return text + "\nNo rule cost a point.\n\n";
  text += "\n" + TableHead({"what cost points", ">weight", ">p", ">points lost"});
  double sum = 0;
  for (const RuleResult* rule : rules) {
    sum += rule->points_lost;
    text +=
        Line({AsMarkdownCode(rule->name), NumberText(rule->weight), fmt::format("{:.4f}", rule->p),
              rule->points_lost < 0.005 ? "\\< 0.01" : fmt::format("{:.2f}", rule->points_lost)});
  }
  text += fmt::format("\n100 - {:.2f} = {:.2f}", sum, report.score.before_cap);
  if (report.score.cap < report.score.before_cap)
    text += ", capped at " + ScoreText(report.score.cap);
  return text + ".\n\n";
}

std::string Relations(const ValidationReport& report) {
  if (report.relations.empty()) return "";
  std::string text = "## Relations\n\n" + TableHead({"reference", ">rows", ">orphan rows",
                                                     ">missing keys", ">seats used", ">over-full"});
  for (const RelationUse& use : report.relations) {
    text +=
        Line({InMarkdown(ReferenceText(use)), FormatCount(use.rows), FormatCount(use.orphan_rows),
              FormatCount(use.orphan_keys), use.has_capacity ? ShareText(use.capacity_used) : "",
              use.has_capacity ? FormatCount(use.over_full) : ""});
  }
  return text + "\n";
}

std::string Tables(const ValidationReport& report) {
  std::string text = "## Tables\n\n";
  for (const TableProfile& table : report.tables) {
    text += "### " + InMarkdown(table.name) + "\n\n" + Counted(table.rows, "row") + ", " +
            FormatBytes(table.bytes) + "\n\n" +
            TableHead({"column", "type", ">empty", ">distinct", "least", "most"});
    for (const ColumnProfile& column : table.columns) {
      text += Line({InMarkdown(column.name), InMarkdown(column.type),
                    ShareText(column.nulls, column.rows),
                    (column.distinct_exact ? "" : "≈ ") + FormatCount(column.distinct),
                    InMarkdown(column.least), InMarkdown(column.most)});
    }
    text += "\n";
  }
  return text;
}

std::string Faults(const ValidationReport& report) {
  if (report.faults.empty()) return "";
  std::string text =
      "## Planted faults\n\n" + TableHead({"kind", ">planted", ">found", ">healed", ">recall",
                                           ">failing rows", ">false", ">precision"});
  for (const FaultScore& score : report.faults) {
    text += Line({InMarkdown(score.kind), FormatCount(score.planted), FormatCount(score.found),
                  FormatCount(score.healed), fmt::format("{:.3f}", score.recall),
                  FormatCount(score.findings), FormatCount(score.false_findings),
                  fmt::format("{:.3f}", score.precision)});
  }
  text += "\n";
  for (const std::string& miss : report.fault_misses) text += "- " + InMarkdown(miss) + "\n";
  return text + "\n";
}

std::string Rest(const ValidationReport& report) {
  std::string text;
  if (!report.anomalies.empty()) {
    text += "## Anomalies\n\n" + FormatCount(report.anomaly_count) +
            " that no rule forbids; they cost no points.\n\n";
    for (const Anomaly& anomaly : report.anomalies) {
      const std::string place = PlaceText(anomaly.row);
      text += "- " + InMarkdown(anomaly.table) + ": " + InMarkdown(anomaly.text);
      if (!anomaly.usual.empty()) text += "; usual: " + InMarkdown(anomaly.usual);
      text += (place.empty() ? "" : " (" + InMarkdown(place) + ")") + "\n";
    }
    if (report.anomalies.size() < report.anomaly_count)
      text += "\n" + FormatCount(report.anomalies.size()) + " of them are listed.\n";
    text += "\n";
  }
  const auto passed = PassedRules(report);
  if (!passed.empty()) {
    text += "## Rules that hold\n\n" + TableHead({"rule", "dimension", ">rows tested"});
    for (const RuleResult* rule : passed)
      text +=
          Line({InMarkdown(TitleText(*rule)), NameOf(rule->dimension), FormatCount(rule->tested)});
    text += "\n";
  }
  for (const std::string& note : report.notes) text += "Note: " + InMarkdown(note) + "\n\n";
  return text;
}

}  // namespace
}  // namespace report

std::string ReportMarkdown(const ValidationReport& report) {
  using namespace report;
  return "# Data quality of " + InMarkdown(report.folder) + "\n\n" + Summary(report) +
         Changes(report) + AllFindings(report) + ScoreSum(report) + Relations(report) +
         Tables(report) + Faults(report) + Rest(report);
}

}  // namespace roost
