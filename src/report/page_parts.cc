#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/figures.h"
#include "report/page.h"
#include "report/wording.h"

namespace roost::report {
namespace {

constexpr size_t kMostShownColumns = 12;
constexpr size_t kLongestCell = 120;

struct SampleColumn {
  std::string name;
  bool is_number = true;
  bool is_judged = false;  // the rule is about it
};

bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() < 25 &&
         text.find_first_not_of("0123456789.,-+eE") == text.npos;
}

// Columns in the order in which rows name them first.
std::vector<SampleColumn> ColumnsOfRows(const std::vector<const FailingRow*>& rows,
                                        const std::vector<std::string>& judged) {
  std::vector<SampleColumn> columns;
  for (const FailingRow* row : rows) {
    for (const auto& [name, value] : row->values) {
      auto found = std::find_if(columns.begin(), columns.end(),
                                [&](const SampleColumn& column) { return column.name == name; });
      if (found == columns.end()) {
        const bool is_judged = std::find(judged.begin(), judged.end(), name) != judged.end();
        found = columns.insert(columns.end(), {name, true, is_judged});
      }
      found->is_number = found->is_number && (value.empty() || IsNumber(value));
    }
  }
  std::stable_partition(columns.begin(), columns.end(),
                        [](const SampleColumn& column) { return column.is_judged; });
  if (columns.size() > kMostShownColumns) columns.resize(kMostShownColumns);
  return columns;
}

// n: set to the right; hit: what the rule is about.
std::string ClassOf(const SampleColumn& column) {
  if (!column.is_number && !column.is_judged) return "";
  return std::string(" class=\"") + (column.is_number ? "n" : "") +
         (column.is_number && column.is_judged ? " " : "") + (column.is_judged ? "hit" : "") + "\"";
}

std::string Heads(const std::vector<SampleColumn>& columns, bool judged) {
  std::string heads;
  for (const SampleColumn& column : columns) {
    if (column.is_judged == judged)
      heads += "<th scope=\"col\"" + ClassOf(column) + ">" + Clipped(column.name, 60);
  }
  return heads;
}

std::string Cells(const FailingRow& row, const std::vector<SampleColumn>& columns, bool judged) {
  std::string cells;
  for (const SampleColumn& column : columns) {
    if (column.is_judged != judged) continue;
    auto found = std::find_if(row.values.begin(), row.values.end(),
                              [&](const auto& value) { return value.first == column.name; });
    cells += "<td" + ClassOf(column) + ">";
    if (found != row.values.end()) cells += Clipped(found->second, kLongestCell);
  }
  return cells;
}

}  // namespace

std::string Clipped(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return InHtml(text);
  size_t end = bytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return InHtml(text.substr(0, end)) + "…";
}

std::string RowsTable(const std::vector<const FailingRow*>& rows,
                      const std::vector<std::string>& judged) {
  if (rows.empty()) return "";
  const std::vector<SampleColumn> columns = ColumnsOfRows(rows, judged);
  const bool has_reason = std::any_of(rows.begin(), rows.end(),
                                      [](const FailingRow* row) { return !row->reason.empty(); });
  std::string table =
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"rows\"><table "
      "class=\"rows\"><thead><tr>";
  if (has_reason) table += "<th scope=\"col\">why";
  table += Heads(columns, true) + "<th scope=\"col\">where" + Heads(columns, false);
  table += "</thead><tbody>";
  for (const FailingRow* row : rows) {
    table += "<tr>";
    if (has_reason)
      table += (row->reason.size() > 40 ? "<td class=\"reason long\">" : "<td class=\"reason\">") +
               Clipped(row->reason, 300);
    table += Cells(*row, columns, true) + "<td class=\"place\">" + Clipped(PlaceText(*row), 300) +
             Cells(*row, columns, false);
  }
  return table + "</tbody></table></div>";
}

std::string MoreInJson(size_t count) {
  if (count == 0) return "";
  return "<p class=\"facts\">… and " + FormatCount(count) +
         " more: data_quality_report.json has all.</p>";
}

std::string Copyable(std::string_view title, std::string_view code) {
  std::string shown;
  // Line ends are part of code; what else cannot be shown is escaped.
  for (size_t at = 0, end = 0; at <= code.size(); at = end + 1) {
    end = std::min(code.find('\n', at), code.size());
    shown += (at == 0 ? "" : "\n") + InHtml(code.substr(at, end - at));
  }
  return fmt::format("<div class=\"copy\"><span>{}</span><pre>{}</pre></div>", title, shown);
}

std::string_view CssClass(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "passed";
    case Outcome::kWarned:
      return "warned";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kNotRun:
      return "not-run";
  }
  return "";
}

std::string Badge(const RuleResult& rule) {
  const char* sign = rule.outcome == Outcome::kPassed   ? "✓"
                     : rule.outcome == Outcome::kFailed ? "✕"
                     : rule.outcome == Outcome::kNotRun ? "?"
                                                        : "!";
  return fmt::format("<span class=\"badge {}\"><span aria-hidden=\"true\">{} </span>{}</span>",
                     CssClass(rule.outcome), sign, OutcomeText(rule));
}

}  // namespace roost::report
