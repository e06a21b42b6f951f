#include <fmt/format.h>

#include "base/escape.h"
#include "base/figures.h"
#include "report/charts.h"
#include "report/page.h"
#include "report/relations_map.h"
#include "report/wording.h"

namespace roost::report {
namespace {

std::string Top(const ColumnProfile& column) {
  std::string html = "<span class=\"top\">";
  const uint64_t values = column.rows - std::min(column.nulls, column.rows);
  for (size_t i = 0; i < column.top.size() && i < 3; ++i) {
    const auto& [value, count] = column.top[i];
    html += (i == 0 ? "<b>" : ", <b>") + Clipped(value, 40) + "</b> <i>" +
            ShareText(count, values) + "</i>";
  }
  return html + "</span>";
}

std::string Values(const ColumnProfile& column) {
  if (column.histogram.size() > 1) return Histogram(column.histogram);
  const bool repeats = !column.top.empty() && column.top[0].second > 1;
  if (repeats) return Top(column);
  if (!column.forms.empty())
    return "<span class=\"dim\">" + Clipped(column.forms[0].first, 60) + "</span>";
  return "";
}

std::string Range(const ColumnProfile& column) {
  if (column.least.empty() && column.most.empty()) return "";
  if (column.least == column.most) return Clipped(column.least, 60);
  // One element, so that it stays one where cells become lines.
  return "<span>" + Clipped(column.least, 60) + " <i>to</i> " + Clipped(column.most, 60) +
         "</span>";
}

std::string Empty(const ColumnProfile& column) {
  if (column.nulls == 0) return "<span class=\"dim\">none</span>";
  const double share =
      column.rows == 0 ? 0 : static_cast<double>(column.nulls) / static_cast<double>(column.rows);
  return "<span>" + ShareText(column.nulls, column.rows) + Meter(share, "warn") + "</span>";
}

std::string Distinct(const ColumnProfile& column) {
  // Where there are values there is a distinct one: 0 says that nobody counted.
  if (column.distinct == 0 && column.nulls < column.rows) return "";
  return (column.distinct_exact ? "" : "≈ ") + FormatCount(column.distinct);
}

std::string ColumnRow(const ColumnProfile& column) {
  return fmt::format(
      "<tr class=\"item\"><td>{}<td class=\"dim type\">{}<td class=\"n empty\">{}<td "
      "class=\"n\">{}<td>{}<td>{}",
      Clipped(column.name, 120), Clipped(column.type, 40), Empty(column), Distinct(column),
      Range(column), Values(column));
}

std::string ShortColumnRow(const ColumnProfile& column) {
  return fmt::format(
      "<tr class=\"item\"><td>{}<td class=\"type\">{}<td class=\"n\">{}<td class=\"n\">{}<td><td>",
      Clipped(column.name, 60), Clipped(column.type, 40), ShareText(column.nulls, column.rows),
      Distinct(column));
}

std::string TableHead(const TableProfile& table, bool is_open) {
  return fmt::format(
      "<details class=\"table\"{}><summary><b>{}</b> <span class=\"dim\">{}, {}, "
      "{}</span></summary>"
      "<div class=\"wide\"><table class=\"stack cols\"><thead><tr><th scope=\"col\">column<th "
      "scope=\"col\">type<th scope=\"col\" class=\"n\">empty<th scope=\"col\" "
      "class=\"n\">distinct<th scope=\"col\">range<th scope=\"col\">values</thead><tbody>",
      is_open ? " open" : "", Clipped(table.name, 120), Counted(table.rows, "row"),
      Counted(table.columns.size(), "column"), FormatBytes(table.bytes));
}

std::string RelationRow(const RelationUse& relation) {
  std::string html = "<tr><td>" + Clipped(ReferenceText(relation), 300) + "<td class=\"n\">" +
                     FormatCount(relation.rows);
  auto bad = [](uint64_t count) {
    return count == 0
               ? std::string("<td class=\"n\">0")
               : "<td class=\"n\"><span class=\"bad-text\">" + FormatCount(count) + "</span>";
  };
  html += bad(relation.orphan_rows) + bad(relation.orphan_keys);
  if (!relation.has_capacity) return html + "<td><td>";
  return html + "<td class=\"n\">" + ShareText(relation.capacity_used) + bad(relation.over_full);
}

std::string DimensionRows(const Score& score) {
  std::string html;
  for (const DimensionScore& each : score.dimensions) {
    if (each.rules == 0) continue;
    html += fmt::format("<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td style=\"width:40%\">{}",
                        NameOf(each.dimension), FormatCount(each.rules), ScoreText(each.score),
                        Meter(each.score / 100, each.score < 60   ? "bad"
                                                : each.score < 90 ? "warn"
                                                                  : "good"));
  }
  return html;
}

std::string LossTable(const ValidationReport& report, Budget& budget) {
  const auto rules = RulesWithLoss(report);
  if (rules.empty()) return "<p class=\"facts\">No rule cost a point.</p>";
  std::string html =
      "<div class=\"wide\"><table class=\"stack loss\"><thead><tr><th scope=\"col\">what cost "
      "points<th scope=\"col\" class=\"n\">weight<th scope=\"col\" class=\"n\">p<th scope=\"col\" "
      "class=\"n\">points lost</thead><tbody>";
  size_t shown = 0;
  double sum = 0;
  for (const RuleResult* rule : rules) {
    sum += rule->points_lost;
    const std::string row = fmt::format(
        "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{:.4f}<td class=\"n\">{}",
        Clipped(TitleText(*rule), 200), NumberText(rule->weight), rule->p,
        rule->points_lost < 0.005 ? "&lt; 0.01" : fmt::format("{:.2f}", rule->points_lost));
    if (shown < 50 && budget.Append(html, row)) ++shown;
  }
  html += fmt::format("</tbody></table></div>{}<p class=\"facts\">100 − {:.2f} = <b>{:.2f}</b>",
                      MoreInJson(rules.size() - shown), sum, report.score.before_cap);
  if (report.score.overall && report.score.cap < report.score.before_cap)
    html += fmt::format(", capped at <b>{}</b>: {}", ScoreText(report.score.cap),
                        Clipped(report.score.cap_reason, 300));
  return html + "</p>";
}

}  // namespace

std::string ScoreSection(const ValidationReport& report, Budget budget) {
  std::string html = "<section id=\"score\"><h2>Score</h2>";
  if (!report.score.overall)
    return html + "<p class=\"dim\">Not assessed: no rule was declared.</p></section>";
  html +=
      "<p class=\"dim\">Each rule has p = 1 − failing ÷ tested rows, and one vote in its "
      "dimension, "
      "weighted by severity. A failed critical rule caps the score at 59, a failed error rule at "
      "89.</p><table class=\"stack dims\"><thead><tr><th scope=\"col\">dimension<th scope=\"col\" "
      "class=\"n\">rules<th scope=\"col\" class=\"n\">score<th></thead><tbody>" +
      DimensionRows(report.score) + "</tbody></table>" + LossTable(report, budget);
  return html + "</section>";
}

std::string RelationsSection(const ValidationReport& report, Budget budget) {
  if (report.relations.empty()) return "";
  std::string html =
      "<section id=\"relations\"><h2>Relations</h2><p class=\"dim\">Each row should find its "
      "parent; red lines leave some without. Bars show how much of a table's capacity is used.</p>";
  const std::string map = RelationsMap(report);
  if (!map.empty()) html += "<div class=\"wide\">" + map + "</div>";
  html +=
      "<div class=\"wide\"><table class=\"stack refs\"><thead><tr><th scope=\"col\">reference<th "
      "scope=\"col\" class=\"n\">rows<th scope=\"col\" class=\"n\">orphan rows<th scope=\"col\" "
      "class=\"n\">missing keys<th scope=\"col\" class=\"n\">seats used<th scope=\"col\" "
      "class=\"n\">over-full</thead><tbody>";
  size_t shown = 0;
  for (const RelationUse& relation : report.relations) {
    if (!budget.Append(html, RelationRow(relation))) break;
    ++shown;
  }
  return html + "</tbody></table></div>" + MoreInJson(report.relations.size() - shown) +
         "</section>";
}

std::string TablesSection(const ValidationReport& report, Budget budget) {
  std::string html = "<section id=\"tables\"><h2>Tables</h2>";
  if (report.tables.empty()) return html + "<p class=\"dim\">There are none.</p></section>";
  const size_t columns = ColumnsOf(report);
  // Half of the room is kept for the short form of columns that come late.
  Budget detailed(500'000);
  if (columns > 20) html += "<div data-filter=\"Filter columns\">";
  size_t shown = 0;
  for (const TableProfile& table : report.tables) {
    std::string part = TableHead(table, columns <= 60);
    for (const ColumnProfile& column : table.columns) {
      if (!detailed.Append(part, ColumnRow(column)) && !budget.Append(part, ShortColumnRow(column)))
        break;
      ++shown;
    }
    html += part + "</tbody></table></div></details>";
  }
  if (columns > 20) html += "</div>";
  return html + MoreInJson(columns - shown) + "</section>";
}

std::string FaultsSection(const ValidationReport& report, Budget budget) {
  if (report.faults.empty()) return "";
  std::string html =
      "<section id=\"faults\"><h2>Planted faults</h2><p class=\"dim\">Rows in which faults were "
      "planted, against rows that fail.</p><div class=\"wide\"><table><thead><tr><th "
      "scope=\"col\">kind<th scope=\"col\" class=\"n\">planted<th scope=\"col\" "
      "class=\"n\">found<th scope=\"col\" class=\"n\">healed<th scope=\"col\" "
      "class=\"n\">recall<th scope=\"col\" class=\"n\">failing rows<th scope=\"col\" "
      "class=\"n\">false<th scope=\"col\" class=\"n\">precision</thead><tbody>";
  for (const FaultScore& score : report.faults) {
    budget.Append(
        html,
        fmt::format("<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td "
                    "class=\"n\">{:.3f}<td class=\"n\">{}<td class=\"n\">{}<td "
                    "class=\"n\">{:.3f}",
                    Clipped(score.kind, 60), FormatCount(score.planted), FormatCount(score.found),
                    FormatCount(score.healed), score.recall, FormatCount(score.findings),
                    FormatCount(score.false_findings), score.precision));
  }
  html += "</tbody></table></div>";
  for (const std::string& miss : report.fault_misses)
    budget.Append(html, "<p class=\"facts\">" + Clipped(miss, 300) + "</p>");
  return html + "</section>";
}

}  // namespace roost::report
