#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/escape.h"
#include "base/figures.h"
#include "report/colours.h"
#include "report/runs.h"
#include "report/wording.h"
#include "roost/report.h"
#include "validate/finding_json.h"

namespace roost {
namespace report {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

std::optional<double> ScoreOf(const Json& report) {
  const Json& overall = report.at("score").at("overall");
  return overall.is_null() ? std::nullopt : std::optional(overall.get<double>());
}

// The items of an array by their names.
std::map<std::string, const Json*> ByName(const Json& items) {
  std::map<std::string, const Json*> named;
  for (const Json& item : items) named[item.at("name").get<std::string>()] = &item;
  return named;
}

template <class Take>
void ForEachName(const Json& a, const Json& b, Take take) {
  const auto in_a = ByName(a), in_b = ByName(b);
  auto names = in_a;
  names.insert(in_b.begin(), in_b.end());
  for (const auto& [name, item] : names) {
    auto one = in_a.find(name), other = in_b.find(name);
    take(name, one == in_a.end() ? nullptr : one->second,
         other == in_b.end() ? nullptr : other->second);
  }
}

RunDiff::Rule DiffRule(const std::string& name, const Json* a, const Json* b) {
  RunDiff::Rule rule;
  rule.name = name;
  const Json& latest = *(b != nullptr ? b : a);
  const auto table = latest.at("table").get<std::string>();
  rule.text = (table.empty() ? "" : table + ": ") + latest.at("text").get<std::string>();
  if (a != nullptr) {
    rule.outcome_a = a->at("outcome").get<std::string>();
    rule.tested_a = a->at("tested").get<uint64_t>();
    rule.failed_a = a->at("failed").get<uint64_t>();
  }
  if (b != nullptr) {
    rule.outcome_b = b->at("outcome").get<std::string>();
    rule.tested_b = b->at("tested").get<uint64_t>();
    rule.failed_b = b->at("failed").get<uint64_t>();
  }
  return rule;
}

bool IsGood(const std::optional<std::string>& outcome) { return !outcome || *outcome == "passed"; }

// What got worse comes before what got better.
std::tuple<int, int64_t, std::string> OrderOf(const RunDiff::Rule& rule) {
  const int64_t more = static_cast<int64_t>(rule.failed_b) - static_cast<int64_t>(rule.failed_a);
  const bool broke = IsGood(rule.outcome_a) && !IsGood(rule.outcome_b);
  const bool mended = !IsGood(rule.outcome_a) && IsGood(rule.outcome_b);
  return {broke ? 0 : mended ? 2 : 1, -more, rule.name};
}

RunDiff::Table DiffTable(const std::string& name, const Json* a, const Json* b) {
  RunDiff::Table table;
  table.name = name;
  if (a != nullptr) table.rows_a = a->at("rows").get<uint64_t>();
  if (b != nullptr) table.rows_b = b->at("rows").get<uint64_t>();
  if (a == nullptr || b == nullptr) return table;
  ForEachName(a->at("columns"), b->at("columns"),
              [&](const std::string& column, const Json* one, const Json* other) {
                if (one == nullptr) table.columns_new.push_back(column);
                if (other == nullptr) table.columns_gone.push_back(column);
                if (one == nullptr || other == nullptr || one->at("type") == other->at("type"))
                  return;
                table.columns_retyped.push_back(column + ": " + one->at("type").get<std::string>() +
                                                " -> " + other->at("type").get<std::string>());
              });
  return table;
}

RunDiff Compare(const Json& a, const Json& b) {
  RunDiff diff;
  diff.score_a = ScoreOf(a);
  diff.score_b = ScoreOf(b);
  ForEachName(a.at("rules"), b.at("rules"),
              [&](const std::string& name, const Json* one, const Json* other) {
                RunDiff::Rule rule = DiffRule(name, one, other);
                if (rule.outcome_a == rule.outcome_b && rule.failed_a == rule.failed_b) {
                  ++diff.rules_alike;
                } else {
                  diff.rules.push_back(std::move(rule));
                }
              });
  std::sort(diff.rules.begin(), diff.rules.end(),
            [](const auto& one, const auto& other) { return OrderOf(one) < OrderOf(other); });
  ForEachName(a.at("tables"), b.at("tables"),
              [&](const std::string& name, const Json* one, const Json* other) {
                RunDiff::Table table = DiffTable(name, one, other);
                if (table.rows_a != table.rows_b || !table.columns_new.empty() ||
                    !table.columns_gone.empty() || !table.columns_retyped.empty())
                  diff.tables.push_back(std::move(table));
              });
  return diff;
}

std::string Shown(const std::optional<double>& score) { return score ? ScoreText(*score) : "none"; }

std::string RuleText(const RunDiff::Rule& rule, const Colours& colours) {
  auto side = [](const std::optional<std::string>& outcome, uint64_t failed, uint64_t tested) {
    if (!outcome) return std::string("no such rule");
    if (*outcome == "passed" || *outcome == "not run") return *outcome;
    return *outcome + ", " + FormatCount(failed) + " of " + Counted(tested, "row");
  };
  const std::string line = Printable(rule.text) + "\n    " +
                           side(rule.outcome_a, rule.failed_a, rule.tested_a) + " -> " +
                           side(rule.outcome_b, rule.failed_b, rule.tested_b) + "\n";
  if (!IsGood(rule.outcome_a) && IsGood(rule.outcome_b))
    return "  " + colours.Good("+") + " " + line;
  const bool is_worse = IsGood(rule.outcome_a) || rule.failed_b > rule.failed_a;
  return "  " + (is_worse ? colours.Bad("-") : colours.Good("+")) + " " + line;
}

std::string TableText(const RunDiff::Table& table) {
  std::string text = "  " + Printable(table.name) + ": ";
  if (!table.rows_a) return text + "new, " + Counted(*table.rows_b, "row") + "\n";
  if (!table.rows_b) return text + "gone, it had " + Counted(*table.rows_a, "row") + "\n";
  text += FormatCount(*table.rows_a) + " -> " + Counted(*table.rows_b, "row") + "\n";
  for (const std::string& column : table.columns_new)
    text += "    new column " + Printable(column) + "\n";
  for (const std::string& column : table.columns_gone)
    text += "    column gone: " + Printable(column) + "\n";
  for (const std::string& column : table.columns_retyped)
    text += "    other type: " + Printable(column) + "\n";
  return text;
}

}  // namespace
}  // namespace report

Result<RunDiff> DiffRuns(const std::string& folder, int64_t run_a, int64_t run_b) {
  ROOST_ASSIGN(report::KeptRun a, report::LoadRun(folder, run_a));
  ROOST_ASSIGN(report::KeptRun b, report::LoadRun(folder, run_b));
  try {
    RunDiff diff = report::Compare(a.report, b.report);
    diff.run_a = a.run;
    diff.run_b = b.run;
    return diff;
  } catch (const nlohmann::json::exception& error) {
    return Status::IOError("the kept reports of ", folder,
                           " are not as roost writes them: ", error.what(),
                           "; remove _roost/runs there");
  }
}

std::string DiffText(const RunDiff& diff, const TerminalView& view) {
  using namespace report;
  const Colours colours(view);
  std::string text = fmt::format("run {} -> run {}: score {} -> {}\n", diff.run_a, diff.run_b,
                                 Shown(diff.score_a), Shown(diff.score_b));
  if (!diff.rules.empty()) text += "\nrules\n";
  for (const RunDiff::Rule& rule : diff.rules) text += RuleText(rule, colours);
  if (!diff.tables.empty()) text += "\ntables\n";
  for (const RunDiff::Table& table : diff.tables) text += TableText(table);
  return text + "\n" +
         (diff.rules_alike == 0   ? "no rule says the same\n"
          : diff.rules_alike == 1 ? "1 rule says the same\n"
                                  : FormatCount(diff.rules_alike) + " rules say the same\n");
}

std::string DiffJson(const RunDiff& diff) {
  using report::OrderedJson;
  auto maybe = [](const auto& value) { return value ? OrderedJson(*value) : OrderedJson(); };
  OrderedJson json = {{"run_a", diff.run_a},
                      {"run_b", diff.run_b},
                      {"score_a", maybe(diff.score_a)},
                      {"score_b", maybe(diff.score_b)},
                      {"rules_alike", diff.rules_alike}};
  json["rules"] = OrderedJson::array();
  for (const RunDiff::Rule& rule : diff.rules) {
    json["rules"].push_back({{"name", rule.name},
                             {"text", rule.text},
                             {"outcome_a", maybe(rule.outcome_a)},
                             {"outcome_b", maybe(rule.outcome_b)},
                             {"tested_a", rule.tested_a},
                             {"failed_a", rule.failed_a},
                             {"tested_b", rule.tested_b},
                             {"failed_b", rule.failed_b}});
  }
  json["tables"] = OrderedJson::array();
  for (const RunDiff::Table& table : diff.tables) {
    json["tables"].push_back({{"name", table.name},
                              {"rows_a", maybe(table.rows_a)},
                              {"rows_b", maybe(table.rows_b)},
                              {"columns_gone", table.columns_gone},
                              {"columns_new", table.columns_new},
                              {"columns_retyped", table.columns_retyped}});
  }
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace roost
