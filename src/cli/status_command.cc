#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/upkeep.h"

namespace roost::cli {
namespace {

struct StatusFlags {
  std::string store;
  bool json = false;
};

void PrintJson(const StoreStatus& status) {
  nlohmann::ordered_json json = {{"version", status.version},
                                 {"files", status.files},
                                 {"files_replaced", status.files_replaced},
                                 {"files_faulty", status.files_faulty},
                                 {"last_fault", status.last_fault},
                                 {"records", status.records},
                                 {"hour_files", status.hour_files},
                                 {"seconds_since_commit", status.seconds_since_commit},
                                 {"writers", status.writers},
                                 {"listeners", status.listeners}};
  json["tables"] = nlohmann::ordered_json::array();
  for (const auto& table : status.tables)
    json["tables"].push_back({{"name", table.name},
                              {"rows", table.rows},
                              {"parts", table.parts},
                              {"bytes", table.bytes}});
  json["quarantine"] = nlohmann::ordered_json::array();
  for (const auto& each : status.quarantine)
    json["quarantine"].push_back({{"reason", each.reason}, {"rejects", each.rejects}});
  std::puts(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Print(const StoreStatus& status) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& table : status.tables)
    rows.push_back({Printable(table.name), FormatCount(table.rows), FormatCount(table.parts),
                    FormatBytes(table.bytes)});
  std::fputs(
      FormatTable({"table", "rows", "parts", "bytes"}, rows, {false, true, true, true}).c_str(),
      stdout);
  fmt::print("\n{}, {} in {}", Counted(status.files, "file"), Counted(status.records, "record"),
             Counted(static_cast<uint64_t>(status.version), "commit"));
  if (status.seconds_since_commit >= 0)
    fmt::print(", the last {} ago; {} in the last hour", FormatSeconds(status.seconds_since_commit),
               Counted(status.hour_files, "file"));
  fmt::print("\n{}, {} at work\n", Counted(status.listeners, "listener"),
             Counted(status.writers, "writer"));
  for (const auto& each : status.quarantine)
    fmt::print("{} in quarantine: {}\n", Counted(each.rejects, "record"), Printable(each.reason));
  if (status.files_faulty > 0)
    fmt::print("{} could not be read to the end, the last: {}\n",
               Counted(status.files_faulty, "file"), Printable(status.last_fault));
}

}  // namespace

void AddStatusCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<StatusFlags>();
  CLI::App* command = app.add_subcommand(
      "status", "Tells how a store stands: files, rows, quarantine, who is at work");
  command->footer("Example: roost status ./out");
  command->add_option("store", flags->store, "output folder of an ingest")->required();
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    Result<StoreStatus> status = LookAtStore(flags->store);
    if (!status.ok()) {
      exit_code = PrintError(status.status());
      return;
    }
    if (flags->json) {
      PrintJson(*status);
    } else {
      Print(*status);
    }
  });
}

}  // namespace roost::cli
