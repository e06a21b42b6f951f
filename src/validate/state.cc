#include "validate/state.h"

#include <simdjson.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/disk_entry.h"
#include "base/json_text.h"

namespace roost::validate {

namespace {

namespace ondemand = simdjson::ondemand;
constexpr size_t kKeptRuns = 100;

std::string PathOf(const std::string& folder) { return folder + "/_roost/validations.json"; }

/// A name that stands twice in one run counts as its last.
template <class Count>
void Add(Histories<Count>& histories, std::string_view name, const Count& count) {
  auto known = histories.find(name);
  if (known == histories.end()) known = histories.emplace(name, std::vector<Count>()).first;
  std::vector<Count>& history = known->second;
  if (history.empty() || history.back().run != count.run) history.emplace_back();
  history.back() = count;
}

// The readers throw simdjson_error where the file is not as it was written.

PastVerdict VerdictOf(size_t run, ondemand::array counts) {
  uint64_t numbers[2] = {};
  size_t count = 0;
  for (uint64_t number : counts) {
    if (count < 2) numbers[count] = number;
    ++count;
  }
  if (count < 2) throw simdjson::simdjson_error(simdjson::INDEX_OUT_OF_BOUNDS);
  return {run, numbers[0], numbers[1]};
}

void AddRun(ondemand::object json, State& state) {
  const size_t place = state.runs.size();
  PastRun& run = state.runs.emplace_back();
  run.json = json.raw_json().value();
  json.reset();
  run.run = json["run"].get_uint64();
  ondemand::value member;
  if (json["seconds"].get(member) == simdjson::SUCCESS) run.seconds = member.get_int64();
  member = json["score"];
  if (!member.is_null()) run.score = member.get_double();
  for (auto table : json["rows"].get_object()) {
    Add(state.rows, table.unescaped_key(), {place, table.value().get_uint64()});
  }
  for (auto rule : json["rules"].get_object()) {
    const std::string_view name = rule.unescaped_key();
    Add(state.rules, name, VerdictOf(place, rule.value().get_array()));
  }
}

ColumnShape ShapeIn(ondemand::object json) {
  ColumnShape shape;
  for (auto member : json) {
    const std::string_view name = member.unescaped_key();
    if (name == "quantiles") {
      for (ondemand::array point : member.value().get_array()) {
        double numbers[2] = {};
        size_t count = 0;
        for (double number : point) {
          if (count < 2) numbers[count] = number;
          ++count;
        }
        if (count < 2) throw simdjson::simdjson_error(simdjson::INDEX_OUT_OF_BOUNDS);
        shape.quantiles.emplace_back(numbers[0], numbers[1]);
      }
    } else if (name == "values") {
      for (auto value : member.value().get_object()) {
        const std::string_view text = value.unescaped_key();
        shape.values[std::string(text)] = value.value().get_double();
      }
    }
  }
  return shape;
}

void ReadShapesIn(ondemand::object tables, Shapes& shapes) {
  for (auto table : tables) {
    auto& columns = shapes[std::string(std::string_view(table.unescaped_key()))];
    for (auto column : table.value().get_object()) {
      std::string name(std::string_view(column.unescaped_key()));
      columns[std::move(name)] = ShapeIn(column.value().get_object());
    }
  }
}

void ReadAll(ondemand::document& document, State& state) {
  bool has_runs = false;
  for (auto member : document.get_object()) {
    const std::string_view name = member.unescaped_key();
    if (name == "runs") {
      has_runs = true;
      for (ondemand::object run : member.value().get_array()) AddRun(run, state);
    } else if (name == "columns") {
      ReadShapesIn(member.value().get_object(), state.shapes);
    }
  }
  if (!has_runs) throw simdjson::simdjson_error(simdjson::NO_SUCH_FIELD);
  if (!document.at_end()) throw simdjson::simdjson_error(simdjson::TRAILING_CONTENT);
}

/// Names of columns, and values, of foreign files may be no UTF-8.
void AppendName(std::string& out, std::string_view name) {
  using Json = nlohmann::json;
  if (simdjson::validate_utf8(name)) {
    AppendJsonString(out, name);
  } else {
    out += Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

void AppendNumber(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
  } else {
    AppendJsonDouble(out, value);
  }
}

/// `name`, quoted, and a colon; a comma in front where something stands in the object.
void AppendMember(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  AppendName(out, name);
  out += ':';
}

void AppendShape(std::string& out, const ColumnShape& shape) {
  out += '{';
  if (!shape.quantiles.empty()) {
    AppendMember(out, "quantiles");
    char open = '[';
    for (const auto& [share, value] : shape.quantiles) {
      out += std::exchange(open, ',');
      out += '[';
      AppendNumber(out, share);
      out += ',';
      AppendNumber(out, value);
      out += ']';
    }
    out += ']';
  }
  if (!shape.values.empty()) {
    AppendMember(out, "values");
    out += '{';
    for (const auto& [text, share] : shape.values) {
      AppendMember(out, text);
      AppendNumber(out, share);
    }
    out += '}';
  }
  out += '}';
}

void AppendShapes(std::string& out, const ValidationReport& report) {
  out += '{';
  for (const TableProfile& table : report.tables) {
    AppendMember(out, table.name);
    out += '{';
    for (const ColumnProfile& column : table.columns) {
      AppendMember(out, column.name);
      AppendShape(out, ShapeOf(column));
    }
    out += '}';
  }
  out += '}';
}

void AppendRun(std::string& out, const ValidationReport& report, int64_t now_seconds) {
  out += "{\"run\":" + std::to_string(report.run);
  out += ",\"seconds\":" + std::to_string(now_seconds) + ",\"score\":";
  if (report.score.overall) {
    AppendNumber(out, *report.score.overall);
  } else {
    out += "null";
  }
  std::map<std::string_view, uint64_t> rows;
  for (const TableProfile& table : report.tables) rows[table.name] = table.rows;
  out += ",\"rows\":{";
  for (const auto& [table, count] : rows) {
    AppendMember(out, table);
    out += std::to_string(count);
  }
  std::map<std::string_view, const RuleResult*> rules;
  for (const RuleResult& rule : report.rules) {
    if (rule.outcome != Outcome::kNotRun) rules[rule.name] = &rule;
  }
  out += "},\"rules\":{";
  for (const auto& [name, rule] : rules) {
    AppendMember(out, name);
    out += '[' + std::to_string(rule->tested) + ',' + std::to_string(rule->failed) + ']';
  }
  out += "}}";
}

}  // namespace

Result<State> ReadState(const std::string& folder) {
  State state;
  ROOST_ASSIGN(auto text, disk::ReadIfThere(PathOf(folder)));
  if (!text) return state;
  const simdjson::padded_string padded(*text);
  try {
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded);
    ReadAll(document, state);
  } catch (const simdjson::simdjson_error&) {
    state = {};
    state.note = PathOf(folder) + " is damaged: the history of this folder begins anew";
  }
  return state;
}

Status WriteState(const std::string& folder, const State& state, const ValidationReport& report,
                  int64_t now_seconds) {
  std::string text = "{\"version\":1,\"runs\":[";
  const size_t first = state.runs.size() < kKeptRuns ? 0 : state.runs.size() + 1 - kKeptRuns;
  for (size_t i = first; i < state.runs.size(); ++i) text += state.runs[i].json + ",";
  AppendRun(text, report, now_seconds);
  text += "],\"columns\":";
  AppendShapes(text, report);
  text += "}\n";
  return disk::ReplaceFile(PathOf(folder), text);
}

}  // namespace roost::validate
