#include <fmt/format.h>

#include "base/escape.h"
#include "base/figures.h"
#include "report/charts.h"
#include "report/page.h"
#include "report/wording.h"

namespace roost::report {
namespace {

constexpr size_t kLongestText = 600, kLongestSql = 4000;

std::string Facts(const RuleResult& rule) {
  std::string html = "<p class=\"facts\"><b>" + CountsText(rule) + "</b>";
  if (rule.orphan_keys) html += " · " + Counted(*rule.orphan_keys, "missing key");
  if (rule.healed > 0) html += " · " + Counted(rule.healed, "row") + " healed since the last run";
  if (rule.points_lost >= 0.005) html += fmt::format(" · {:.2f} points lost", rule.points_lost);
  if (!rule.thresholds.empty()) html += " · " + Clipped(rule.thresholds, 200);
  if (rule.suggested) html += " · suggested rule";
  html += " · <span class=\"mono\">" + Clipped(rule.name, 200) + "</span></p>";
  return html;
}

std::string Trend(const ValidationReport& report, const RuleResult& rule) {
  const auto shares = FailedShares(report, rule);
  if (shares.size() < 2) return "";
  return "<div class=\"trend\">" + Sparkline(shares) +
         fmt::format("<br>{} runs</div>", shares.size());
}

std::string Samples(const RuleResult& rule) {
  if (rule.samples.empty()) return "";
  std::vector<const FailingRow*> rows;
  for (const FailingRow& row : rule.samples) rows.push_back(&row);
  std::string html = RowsTable(rows, rule.columns);
  if (!rule.samples_are_all) {
    html += "<p class=\"facts\">The first " +
            (rows.size() == 1 ? "" : FormatCount(rows.size()) + " ") + "of " +
            Counted(rule.failed, "row") + ".";
    if (!rule.failures_file.empty())
      html += " All are in <span class=\"mono\">" + Clipped(rule.failures_file, 300) + "</span>.";
    html += "</p>";
  }
  return html;
}

std::string Missing(const RuleResult& rule) {
  if (rule.orphan_values.empty()) return "";
  std::string html = "<p class=\"facts\">Missing keys: ";
  for (size_t i = 0; i < rule.orphan_values.size() && i < 10; ++i)
    html += (i == 0 ? "" : ", ") + Clipped(rule.orphan_values[i], 60);
  return html + (rule.orphan_keys.value_or(0) > std::min<size_t>(rule.orphan_values.size(), 10)
                     ? ", …</p>"
                     : "</p>");
}

std::string Details(const RuleResult& rule) {
  std::string html;
  if (!rule.reproduce.empty()) html += Copyable("See the rows yourself", rule.reproduce);
  if (rule.sql.empty() && rule.evidence.empty()) return html;
  html += "<details><summary>How it was judged</summary>";
  if (!rule.sql.empty() && rule.sql.size() <= kLongestSql)
    html += Copyable("SQL of the failing rows", rule.sql);
  if (!rule.evidence.empty())
    html += "<p class=\"facts\">Suggested because " + Clipped(rule.evidence, kLongestText) + "</p>";
  if (rule.false_alarm_rate)
    html += "<p class=\"facts\">Expected false alarms: " + ShareText(*rule.false_alarm_rate) +
            " of runs</p>";
  return html + "</details>";
}

std::string Head(const RuleResult& rule, size_t number, const std::string& trend) {
  return fmt::format(
      "<article class=\"card item {}\" id=\"f{}\"><div class=\"head\"><div>{}<h3>{}</h3>{}</div>{}"
      "</div>",
      CssClass(rule.outcome), number, Badge(rule), Clipped(TitleText(rule), kLongestText),
      Facts(rule), trend);
}

std::string Card(const ValidationReport& report, const RuleResult& rule, size_t number) {
  std::string html = Head(rule, number, Trend(report, rule));
  if (const std::string message = MoreThanCounts(rule); !message.empty())
    html += "<p class=\"why\">" + Clipped(message, kLongestText) + "</p>";
  return html + Missing(rule) + Samples(rule) + Details(rule) + "</article>";
}

std::string ShortCard(const RuleResult& rule, size_t number) {
  std::string html = Head(rule, number, "");
  if (!rule.reproduce.empty() && rule.reproduce.size() < 300)
    html += Copyable("See the rows yourself", rule.reproduce);
  return html + "</article>";
}

}  // namespace

std::string FindingsSection(const ValidationReport& report, Budget budget) {
  const auto findings = Findings(report);
  std::string html = "<section id=\"findings\"><h2>Findings</h2>";
  if (findings.empty()) return html + "<p class=\"dim\">No rule found anything.</p></section>";
  html += "<p class=\"dim\">Worst first. Counts are exact; the rows shown are the first ones.</p>";
  if (findings.size() > 12) html += "<div data-filter=\"Filter findings\">";
  size_t shown = 0;
  for (const RuleResult* rule : findings) {
    if (!budget.Append(html, Card(report, *rule, shown + 1)) &&
        !budget.Append(html, ShortCard(*rule, shown + 1)))
      break;
    ++shown;
  }
  if (findings.size() > 12) html += "</div>";
  return html + MoreInJson(findings.size() - shown) + "</section>";
}

std::string AnomaliesSection(const ValidationReport& report, Budget budget) {
  if (report.anomaly_count == 0) return "";
  std::string html = fmt::format(
      "<section id=\"anomalies\"><h2>Anomalies</h2><p class=\"dim\">{} that no rule forbids, "
      "strangest first. They cost no points.</p>",
      report.anomaly_count == 1 ? "One oddity" : FormatCount(report.anomaly_count) + " oddities");
  size_t shown = 0;
  for (const Anomaly& anomaly : report.anomalies) {
    std::string item = "<article class=\"card\"><h3>" + Clipped(anomaly.text, kLongestText) +
                       "</h3><p class=\"facts\">";
    if (!anomaly.usual.empty()) item += "usual: " + Clipped(anomaly.usual, 200) + " · ";
    item += "strength " + NumberText(anomaly.strength) + " · " + Clipped(anomaly.kind, 60) +
            " in " + Clipped(anomaly.table, 120) + "</p>";
    const bool has_row = !anomaly.row.values.empty() || !PlaceText(anomaly.row).empty();
    if (has_row) item += RowsTable({&anomaly.row}, anomaly.columns);
    item += "</article>";
    if (!budget.Append(html, item)) break;
    ++shown;
  }
  return html + MoreInJson(report.anomaly_count - shown) + "</section>";
}

std::string PassedSection(const ValidationReport& report, Budget budget) {
  const auto rules = PassedRules(report);
  std::string html = "<section id=\"passed\"><h2>Rules that hold</h2>";
  if (rules.empty()) return html + "<p class=\"dim\">None.</p></section>";
  html += "<div" + std::string(rules.size() > 20 ? " data-filter=\"Filter rules\"" : "") +
          "><table class=\"stack pass\"><thead><tr><th scope=\"col\">rule<th "
          "scope=\"col\">dimension<th scope=\"col\" class=\"n\">rows tested</thead><tbody>";
  size_t shown = 0;
  for (const RuleResult* rule : rules) {
    const std::string row = fmt::format(
        "<tr class=\"item\"><td title=\"{}\">{}<td>{}<td class=\"n\">{}", Clipped(rule->name, 120),
        Clipped(TitleText(*rule), 300), NameOf(rule->dimension), FormatCount(rule->tested));
    if (!budget.Append(html, row)) break;
    ++shown;
  }
  return html + "</tbody></table></div>" + MoreInJson(rules.size() - shown) + "</section>";
}

}  // namespace roost::report
