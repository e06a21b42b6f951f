// One rule, one table, one relation on a line: a diff of two reports shows what changed.

#include "report/wording.h"
#include "roost/report.h"
#include "roost/validate.h"
#include "validate/finding_json.h"

namespace roost {
namespace report {
namespace {

using Json = nlohmann::ordered_json;
using validate::OneLine;

Json VerdictJson(const ValidationReport& report) {
  const Verdict verdict = Judge(report);
  Json json = {{"text", verdict.headline}, {"reason", verdict.sentence}};
  const bool is_open =
      verdict.fitness == Fitness::kNotAssessed || verdict.fitness == Fitness::kUntold;
  json["fit_for_use"] = is_open ? Json() : Json(verdict.fitness != Fitness::kUnfit);
  return json;
}

Json ScoreJson(const Score& score) {
  Json dimensions = Json::array();
  for (const DimensionScore& each : score.dimensions) {
    dimensions.push_back(
        {{"dimension", NameOf(each.dimension)}, {"rules", each.rules}, {"score", each.score}});
  }
  return {{"overall", score.overall ? Json(*score.overall) : Json()},
          {"before_cap", score.before_cap},
          {"cap", score.cap},
          {"cap_reason", score.cap_reason},
          {"dimensions", std::move(dimensions)},
          {"coverage",
           {{"rules_declared", score.rules_declared},
            {"rules_run", score.rules_run},
            {"columns", score.columns},
            {"columns_with_rule", score.columns_with_rule}}}};
}

Json Counts(const std::vector<std::pair<std::string, uint64_t>>& counts) {
  Json list = Json::array();
  for (const auto& [value, count] : counts) list.push_back(Json::array({value, count}));
  return list;
}

Json ColumnJson(const ColumnProfile& column) {
  Json json = {{"name", column.name},
               {"type", column.type},
               {"json_path", column.json_path},
               {"rows", column.rows},
               {"nulls", column.nulls},
               {"distinct", column.distinct},
               {"distinct_exact", column.distinct_exact},
               {"has_rule", column.has_rule}};
  if (!column.least.empty() || !column.most.empty()) {
    json["least"] = column.least;
    json["most"] = column.most;
  }
  Json quantiles = Json::array(), bins = Json::array();
  for (const auto& [share, value] : column.quantiles)
    quantiles.push_back(Json::array({share, value}));
  for (const HistogramBin& bin : column.histogram)
    bins.push_back(Json::array({bin.low, bin.high, bin.count}));
  if (!quantiles.empty()) json["quantiles"] = std::move(quantiles);
  if (!bins.empty()) json["histogram"] = std::move(bins);
  if (!column.top.empty()) json["top"] = Counts(column.top);
  if (!column.forms.empty()) json["forms"] = Counts(column.forms);
  if (column.mean_length > 0) json["mean_length"] = column.mean_length;
  return json;
}

Json RelationJson(const RelationUse& relation) {
  Json json = {{"table", relation.table},
               {"columns", relation.columns},
               {"ref_table", relation.ref_table},
               {"ref_columns", relation.ref_columns},
               {"rows", relation.rows},
               {"orphan_rows", relation.orphan_rows},
               {"orphan_keys", relation.orphan_keys}};
  if (relation.has_capacity) {
    json["capacity_used"] = relation.capacity_used;
    json["over_full"] = relation.over_full;
  }
  return json;
}

Json FaultJson(const FaultScore& score) {
  return {{"kind", score.kind},         {"planted", score.planted},
          {"found", score.found},       {"healed", score.healed},
          {"findings", score.findings}, {"false_findings", score.false_findings},
          {"recall", score.recall},     {"precision", score.precision}};
}

Json AnomalyJson(const Anomaly& anomaly) {
  return {{"kind", anomaly.kind},
          {"table", anomaly.table},
          {"columns", anomaly.columns},
          {"strength", anomaly.strength},
          {"usual", anomaly.usual},
          {"text", anomaly.text},
          {"row", validate::FailingRowValue(anomaly.row)}};
}

template <class Items, class ToJson>
std::string Lines(const Items& items, ToJson to_json, const std::string& indent) {
  std::string text = "[";
  for (const auto& item : items) {
    text += (text.size() == 1 ? "\n" : ",\n") + indent + "  " + to_json(item);
  }
  return text + (text.size() == 1 ? "]" : "\n" + indent + "]");
}

std::string TableText(const TableProfile& table) {
  std::string head = OneLine({{"name", table.name},
                              {"json_path", table.json_path},
                              {"rows", table.rows},
                              {"bytes", table.bytes}});
  head.back() = ',';
  auto line = [](const ColumnProfile& column) { return OneLine(ColumnJson(column)); };
  return head + "\"columns\":" + Lines(table.columns, line, "    ") + "}";
}

}  // namespace
}  // namespace report

std::string ReportJson(const ValidationReport& report) {
  using namespace report;
  std::string text = "{\n";
  auto add = [&text](const char* key, const std::string& value) {
    text += (text.size() == 2 ? "  \"" : ",\n  \"") + std::string(key) + "\": " + value;
  };
  add("version", "1");
  add("folder", OneLine(report.folder));
  add("run", OneLine(report.run));
  add("rules_source", OneLine(report.rules_source));
  add("verdict", OneLine(VerdictJson(report)));
  add("score", OneLine(ScoreJson(report.score)));
  add("last_score", report.last_score ? OneLine(*report.last_score) : "null");
  add("changes", OneLine(report.changes));
  add("rows", OneLine(RowsOf(report)));
  add("notes", OneLine(report.notes));
  add("rules", Lines(report.rules, [](const auto& each) { return FindingJson(each); }, "  "));
  add("anomaly_count", OneLine(report.anomaly_count));
  add("anomalies",
      Lines(report.anomalies, [](const auto& each) { return OneLine(AnomalyJson(each)); }, "  "));
  add("relations",
      Lines(report.relations, [](const auto& each) { return OneLine(RelationJson(each)); }, "  "));
  if (!report.faults.empty()) {
    add("faults",
        Lines(report.faults, [](const auto& each) { return OneLine(FaultJson(each)); }, "  "));
    add("fault_misses", OneLine(report.fault_misses));
  }
  add("tables", Lines(report.tables, TableText, "  "));
  return text + "\n}\n";
}

}  // namespace roost
