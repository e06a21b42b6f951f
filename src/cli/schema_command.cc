#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/roost.h"

namespace roost::cli {
namespace {

struct SchemaFlags {
  std::string store;
  bool json = false, technical = false;
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

}  // namespace

void AddSchemaCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<SchemaFlags>();
  CLI::App* command = app.add_subcommand("schema", "Prints tables, columns, types and JSON paths");
  command->footer("Example: roost schema ./out");
  command->add_option("store", flags->store, "output folder of an ingest")->required();
  command->add_flag("--technical", flags->technical, "show the _roost_ columns");
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
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
