#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/figures.h"
#include "report/charts.h"
#include "report/page.h"
#include "report/wording.h"

namespace roost::report {
namespace {

constexpr size_t kShown = 5;

struct Look {
  const char* css_class;
  const char* sign;
  const char* meter;
};

Look LookOf(Fitness fitness) {
  switch (fitness) {
    case Fitness::kFit:
      return {"fit", "✓", "good"};
    case Fitness::kFitWithWarnings:
      return {"fitwarn", "!", "warn"};
    case Fitness::kUnfit:
      return {"unfit", "✕", "bad"};
    case Fitness::kUntold:
    case Fitness::kNotAssessed:
      return {"untold", "?", "warn"};
  }
  return {"", "", ""};
}

std::string ScoreBlock(const ValidationReport& report, const char* meter) {
  const Score& score = report.score;
  std::string html = "<div class=\"score\">";
  if (score.overall) {
    html += "<p class=\"big\">" + ScoreText(*score.overall) + "<small> of 100</small></p>" +
            Meter(*score.overall / 100, meter);
  } else {
    html += "<p class=\"big\">–<small> no score</small></p>";
  }
  if (score.overall && score.cap < 100 && !score.cap_reason.empty()) {
    html += "<p class=\"dim\">At most " + ScoreText(score.cap) + ": " +
            Clipped(score.cap_reason, 300) + "</p>";
  }
  return html + fmt::format(
                    "<p class=\"dim\">{} of {} ran</p><p class=\"dim\">{} of {} have a rule</p>"
                    "</div>",
                    FormatCount(score.rules_run), Counted(score.rules_declared, "rule"),
                    FormatCount(score.columns_with_rule), Counted(score.columns, "column"));
}

std::string What(const ValidationReport& report) {
  const auto findings = Findings(report);
  std::string html = "<div><h2>What broke</h2>";
  if (findings.empty()) return html + "<p>Nothing.</p></div>";
  html += "<ol>";
  for (size_t i = 0; i < std::min(kShown, findings.size()); ++i) {
    const RuleResult& rule = *findings[i];
    html += fmt::format("<li><a href=\"#f{}\">{}</a><span>{}</span></li>", i + 1,
                        Clipped(TitleText(rule), 160),
                        rule.outcome == Outcome::kNotRun ? "not run" : Counted(rule.failed, "row"));
  }
  html += "</ol>";
  if (findings.size() > kShown) {
    html += "<p class=\"facts\"><a href=\"#findings\">and " +
            FormatCount(findings.size() - kShown) + " more</a></p>";
  }
  return html + "</div>";
}

std::string HowMuch(const ValidationReport& report) {
  std::vector<const TableProfile*> tables;
  for (const TableProfile& table : report.tables) tables.push_back(&table);
  std::stable_sort(tables.begin(), tables.end(),
                   [](const TableProfile* a, const TableProfile* b) { return a->rows > b->rows; });
  std::string html = fmt::format(
      "<div><h2>What was looked at</h2><p class=\"big\">{} <small>row{} in {}</small></p><ul>",
      FormatCount(RowsOf(report)), RowsOf(report) == 1 ? "" : "s", Counted(tables.size(), "table"));
  for (size_t i = 0; i < std::min(kShown, tables.size()); ++i) {
    html += fmt::format("<li><span>{}</span><span>{}</span></li>", Clipped(tables[i]->name, 60),
                        FormatCount(tables[i]->rows));
  }
  if (tables.size() > kShown) {
    html += "<li><a href=\"#tables\">and " + FormatCount(tables.size() - kShown) +
            " more</a><span></span></li>";
  }
  return html + "</ul></div>";
}

std::string Since(const ValidationReport& report) {
  std::string html = "<div><h2>Since the last run</h2>";
  if (report.run <= 1 && !report.last_score && report.changes.empty())
    return html + "<p>This is the first run.</p></div>";
  if (const std::string change = ScoreChange(report); !change.empty())
    html += "<p>The score is " + change + ".</p>";
  if (report.changes.empty()) return html + "<p>Nothing else changed.</p></div>";
  html += "<ul>";
  for (size_t i = 0; i < std::min(kShown, report.changes.size()); ++i)
    html += "<li><span>" + Clipped(report.changes[i], 200) + "</span></li>";
  html += "</ul>";
  if (report.changes.size() > kShown) {
    html += "<details><summary>and " + FormatCount(report.changes.size() - kShown) +
            " more</summary><ul>";
    Budget budget(20'000);
    size_t i = kShown;
    while (i < report.changes.size() &&
           budget.Append(html, "<li><span>" + Clipped(report.changes[i], 200) + "</span></li>"))
      ++i;
    html += "</ul>" + MoreInJson(report.changes.size() - i) + "</details>";
  }
  return html + "</div>";
}

std::string Link(const char* id, const char* title, size_t count) {
  return fmt::format("<a href=\"#{}\">{} <b>{}</b></a>", id, title, FormatCount(count));
}

std::string Navigation(const ValidationReport& report) {
  const size_t findings = Findings(report).size();
  std::string html = "<nav aria-label=\"sections\">" + Link("findings", "Findings", findings) +
                     "<a href=\"#score\">Score</a>";
  if (!report.relations.empty()) html += Link("relations", "Relations", report.relations.size());
  html += Link("tables", "Tables", report.tables.size());
  if (report.anomaly_count > 0) html += Link("anomalies", "Anomalies", report.anomaly_count);
  if (!report.faults.empty()) html += "<a href=\"#faults\">Planted faults</a>";
  return html + Link("passed", "Rules that hold", report.rules.size() - findings) + "</nav>";
}

std::string Crumb(const ValidationReport& report) {
  std::string html = "<p class=\"crumb\">Data quality of <b>" + Clipped(report.folder, 300) +
                     "</b> · run " + FormatCount(report.run);
  if (!report.rules_source.empty()) html += " · rules: " + Clipped(report.rules_source, 300);
  return html + "</p>";
}

}  // namespace

std::string FirstScreen(const ValidationReport& report) {
  const Verdict verdict = Judge(report);
  const Look look = LookOf(verdict.fitness);
  return fmt::format(
      "<header class=\"top\">{}<div class=\"hero\"><div class=\"{}\"><h1><span "
      "aria-hidden=\"true\">{} </span>{}</h1><p class=\"lead\">{}</p></div>{}</div><div "
      "class=\"trio\">{}{}{}</div>{}</header>",
      Crumb(report), look.css_class, look.sign, verdict.headline, verdict.sentence,
      ScoreBlock(report, look.meter), What(report), HowMuch(report), Since(report),
      Navigation(report));
}

}  // namespace roost::report
