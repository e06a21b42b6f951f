#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/roost.h"
#include "roost/upkeep.h"

namespace roost::cli {
namespace {

struct SchemaFlags {
  std::string store;
  bool json = false, technical = false, history = false;
};

void Print(const std::vector<TableDescription>& tables, bool technical) {
  for (const TableDescription& table : tables) {
    fmt::print("{}  {}, {} in {}, from {}{}\n", Printable(table.name), Counted(table.rows, "row"),
               FormatBytes(table.bytes), Counted(table.parts, "part"), Printable(table.json_path),
               table.parent.empty() ? "" : ", below " + Printable(table.parent));
    std::vector<std::vector<std::string>> rows;
    for (const ColumnDescription& column : table.columns) {
      if (column.technical && !technical) continue;
      std::string note = column.format;
      if (!column.conflict_of.empty()) {
        note += (note.empty() ? "" : "; ") + ("what " + column.conflict_of + " cannot hold");
      }
      rows.push_back({"  " + Printable(column.name), column.type, Printable(column.json_path),
                      Printable(note)});
    }
    std::fputs(
        FormatTable({"  column", "type", "JSON path", ""}, rows, {false, false, false, false})
            .c_str(),
        stdout);
    std::puts("");
  }
}

std::string ToJson(const std::vector<TableDescription>& tables) {
  auto json = nlohmann::ordered_json::array();
  for (const TableDescription& table : tables) {
    nlohmann::ordered_json each = {{"name", table.name},     {"json_path", table.json_path},
                                   {"parent", table.parent}, {"rows", table.rows},
                                   {"bytes", table.bytes},   {"parts", table.parts}};
    each["columns"] = nlohmann::ordered_json::array();
    for (const ColumnDescription& column : table.columns) {
      each["columns"].push_back({{"name", column.name},
                                 {"type", column.type},
                                 {"json_path", column.json_path},
                                 {"format", column.format},
                                 {"conflict_of", column.conflict_of},
                                 {"technical", column.technical}});
    }
    json.push_back(std::move(each));
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Steps of one commit stand below each other; its time is said once.
void PrintHistory(const SchemaHistory& history) {
  if (history.steps.empty()) std::puts("nothing is known of how these tables came to be");
  std::vector<std::vector<std::string>> rows;
  int64_t version = -1;
  for (const SchemaStep& step : history.steps) {
    const bool is_first = step.version != version;
    version = step.version;
    const std::chrono::sys_time<std::chrono::milliseconds> time{
        std::chrono::milliseconds(step.milliseconds)};
    rows.push_back(
        {is_first ? FormatCount(static_cast<uint64_t>(version)) : "",
         is_first ? fmt::format("{:%F %T}", std::chrono::floor<std::chrono::seconds>(time)) : "",
         Printable(step.table), Printable(step.text), Printable(step.file)});
  }
  if (!rows.empty())
    std::fputs(FormatTable({"commit", "time (UTC)", "table", "what", "brought by"}, rows,
                           {true, false, false, false, false})
                   .c_str(),
               stdout);
  for (const PossibleRename& rename : history.renames) {
    fmt::print("\n{}.{} may be {} under another name, since commit {}{}\n", Printable(rename.table),
               Printable(rename.to), Printable(rename.from), rename.version,
               rename.file.empty() ? "" : " (" + Printable(rename.file) + ")");
    for (const std::string& reason : rename.evidence) fmt::print("  {}\n", Printable(reason));
  }
}

std::string HistoryJson(const SchemaHistory& history) {
  nlohmann::ordered_json json = {{"changes", nlohmann::ordered_json::array()},
                                 {"possible_renames", nlohmann::ordered_json::array()}};
  for (const SchemaStep& step : history.steps) {
    nlohmann::ordered_json each = {{"version", step.version},
                                   {"time", step.milliseconds},
                                   {"table", step.table},
                                   {"change", step.change}};
    if (!step.column.empty()) each["column"] = step.column;
    if (!step.type.empty()) each["type"] = step.type;
    if (!step.before.empty()) each[step.change == "sibling" ? "of" : "before"] = step.before;
    if (step.count > 0) each["count"] = step.count;
    each["file"] = step.file;
    each["text"] = step.text;
    json["changes"].push_back(std::move(each));
  }
  for (const PossibleRename& rename : history.renames)
    json["possible_renames"].push_back({{"table", rename.table},
                                        {"from", rename.from},
                                        {"to", rename.to},
                                        {"version", rename.version},
                                        {"file", rename.file},
                                        {"evidence", rename.evidence}});
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

ExitCode TellHistory(const SchemaFlags& flags) {
  Result<SchemaHistory> history = LookAtHistory(flags.store);
  if (!history.ok()) return PrintError(history.status());
  if (flags.json) {
    std::puts(HistoryJson(*history).c_str());
  } else {
    PrintHistory(*history);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddSchemaCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<SchemaFlags>();
  CLI::App* command = app.add_subcommand("schema", "Prints tables, columns, types and JSON paths");
  command->footer("Example: roost schema ./out");
  command->add_option("store", flags->store, "output folder of an ingest")->required();
  command->add_flag("--technical", flags->technical, "show the _roost_ columns");
  command->add_flag("--json", flags->json, "print as JSON");
  command->add_flag("--history", flags->history,
                    "print what changed when, which file brought it, and what may be renamed");
  command->callback([flags, &exit_code] {
    if (flags->history) {
      exit_code = TellHistory(*flags);
      return;
    }
    Result<std::vector<TableDescription>> tables = DescribeSchema(flags->store);
    if (!tables.ok()) {
      exit_code = PrintError(tables.status());
    } else if (flags->json) {
      std::puts(ToJson(*tables).c_str());
    } else {
      Print(*tables, flags->technical);
    }
  });
}

}  // namespace roost::cli
