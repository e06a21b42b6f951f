#include "validate/state.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/disk.h"
#include "base/disk_entry.h"

namespace roost::validate {

namespace {

using Json = nlohmann::ordered_json;
constexpr size_t kKeptRuns = 100;

std::string PathOf(const std::string& folder) { return folder + "/_roost/validations.json"; }

PastRun ReadRun(const Json& json) {
  PastRun run;
  run.run = json.at("run").get<uint64_t>();
  run.seconds = json.value("seconds", int64_t{0});
  if (!json.at("score").is_null()) run.score = json.at("score").get<double>();
  for (const auto& [table, rows] : json.at("rows").items()) run.rows[table] = rows.get<uint64_t>();
  for (const auto& [rule, counts] : json.at("rules").items()) {
    run.rules[rule] = {counts.at(0).get<uint64_t>(), counts.at(1).get<uint64_t>()};
  }
  return run;
}

Json ToJson(const PastRun& run) {
  Json json = {{"run", run.run},
               {"seconds", run.seconds},
               {"score", nullptr},
               {"rows", Json::object()},
               {"rules", Json::object()}};
  if (run.score) json["score"] = *run.score;
  for (const auto& [table, rows] : run.rows) json["rows"][table] = rows;
  for (const auto& [rule, counts] : run.rules) {
    json["rules"][rule] = {counts.first, counts.second};
  }
  return json;
}

Json ToJson(const ColumnShape& shape) {
  Json json = Json::object();
  if (!shape.quantiles.empty()) json["quantiles"] = shape.quantiles;
  if (!shape.values.empty()) json["values"] = shape.values;
  return json;
}

Json ShapesOf(const ValidationReport& report) {
  Json tables = Json::object();
  for (const TableProfile& table : report.tables) {
    Json columns = Json::object();
    for (const ColumnProfile& column : table.columns)
      columns[column.name] = ToJson(ShapeOf(column));
    tables[table.name] = std::move(columns);
  }
  return tables;
}

void ReadKeptShapes(const Json& tables, State& state) {
  for (const auto& [table, columns] : tables.items()) {
    for (const auto& [column, json] : columns.items()) {
      ColumnShape& shape = state.shapes[table][column];
      if (json.contains("quantiles")) json.at("quantiles").get_to(shape.quantiles);
      if (json.contains("values")) json.at("values").get_to(shape.values);
    }
  }
}

}  // namespace

Result<State> ReadState(const std::string& folder) {
  State state;
  std::ifstream stream(PathOf(folder), std::ios::binary);
  if (!stream) return state;
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    Json json = Json::parse(text);
    for (const Json& run : json.at("runs")) state.runs.push_back(ReadRun(run));
    if (json.contains("columns")) ReadKeptShapes(json.at("columns"), state);
  } catch (const Json::exception&) {
    state = {};
    state.note = PathOf(folder) + " is damaged: the history of this folder begins anew";
  }
  return state;
}

Status WriteState(const std::string& folder, State state, const ValidationReport& report,
                  int64_t now_seconds) {
  PastRun run;
  run.run = report.run;
  run.seconds = now_seconds;
  run.score = report.score.overall;
  for (const TableProfile& table : report.tables) run.rows[table.name] = table.rows;
  for (const RuleResult& rule : report.rules) {
    if (rule.outcome != Outcome::kNotRun) run.rules[rule.name] = {rule.tested, rule.failed};
  }
  state.runs.push_back(std::move(run));
  Json runs = Json::array();
  size_t first = state.runs.size() > kKeptRuns ? state.runs.size() - kKeptRuns : 0;
  for (size_t i = first; i < state.runs.size(); ++i) runs.push_back(ToJson(state.runs[i]));
  Json json = {{"version", 1}, {"runs", std::move(runs)}, {"columns", ShapesOf(report)}};
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return disk::ReplaceFile(PathOf(folder), text);
}

}  // namespace roost::validate
