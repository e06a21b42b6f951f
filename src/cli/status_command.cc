#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/listen.h"
#include "roost/upkeep.h"

namespace roost::cli {
namespace {

struct StatusFlags {
  std::string store;
  BacklogOptions backlog;
  bool json = false;
};

nlohmann::ordered_json LatelyJson(const StoreStatus::Lately& lately) {
  return {{"commits", lately.commits},
          {"files", lately.files},
          {"records", lately.records},
          {"bytes", lately.bytes}};
}

void PrintJson(const StoreStatus& status, const std::optional<Backlog>& backlog) {
  nlohmann::ordered_json json = {{"version", status.version},
                                 {"files", status.files},
                                 {"files_replaced", status.files_replaced},
                                 {"files_same", status.files_same},
                                 {"files_faulty", status.files_faulty},
                                 {"last_fault", status.last_fault},
                                 {"records", status.records},
                                 {"last_minute", LatelyJson(status.minute)},
                                 {"last_hour", LatelyJson(status.hour)},
                                 {"seconds_since_commit", status.seconds_since_commit},
                                 {"writers", status.writers},
                                 {"listeners", status.listeners}};
  if (backlog) {
    json["backlog"] = {{"files", backlog->files},   {"changed", backlog->changed},
                       {"bytes", backlog->bytes},   {"oldest_seconds", backlog->oldest_seconds},
                       {"oldest", backlog->oldest}, {"known", backlog->known}};
  }
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

/// "1,234 files, 56 MB in the last hour: 0.34 files/s".
void PrintLately(const StoreStatus::Lately& lately, const char* when, double seconds) {
  if (lately.files == 0) return;
  fmt::print("{}, {}, {} in the last {}: {:.3g} files/s, {}/s\n", Counted(lately.files, "file"),
             Counted(lately.records, "record"), FormatBytes(lately.bytes), when,
             static_cast<double>(lately.files) / seconds,
             FormatBytes(static_cast<uint64_t>(static_cast<double>(lately.bytes) / seconds)));
}

void PrintBacklog(const Backlog& backlog) {
  fmt::print("waiting: {}, {}", Counted(backlog.files, "file"), FormatBytes(backlog.bytes));
  if (backlog.changed > 0)
    fmt::print(" ({} changed since they were taken)", FormatCount(backlog.changed));
  if (backlog.files > 0)
    fmt::print("; the oldest, {}, for {}", Printable(backlog.oldest),
               FormatSeconds(backlog.oldest_seconds));
  fmt::print("; {} there that were taken\n", FormatCount(backlog.known));
}

void Print(const StoreStatus& status, const std::optional<Backlog>& backlog) {
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
    fmt::print(", the last {} ago", FormatSeconds(status.seconds_since_commit));
  fmt::print("\n");
  if (status.files_same > 0)
    fmt::print("{} with the content of others\n", Counted(status.files_same, "file"));
  PrintLately(status.minute, "minute", 60);
  PrintLately(status.hour, "hour", 3600);
  if (backlog) PrintBacklog(*backlog);
  fmt::print("{}, {} at work\n", Counted(status.listeners, "listener"),
             Counted(status.writers, "writer"));
  for (const auto& each : status.quarantine)
    fmt::print("{} in quarantine: {}\n", Counted(each.rejects, "record"), Printable(each.reason));
  if (status.files_faulty > 0)
    fmt::print("{} could not be read to the end, the last: {}\n",
               Counted(status.files_faulty, "file"), Printable(status.last_fault));
}

Status TellStatus(StatusFlags& flags) {
  ROOST_ASSIGN(const StoreStatus status, LookAtStore(flags.store));
  std::optional<Backlog> backlog;
  if (!flags.backlog.input_dir.empty()) {
    flags.backlog.store_dir = flags.store;
    ROOST_ASSIGN(backlog, LookAtBacklog(flags.backlog));
  }
  if (flags.json) {
    PrintJson(status, backlog);
  } else {
    Print(status, backlog);
  }
  return Status::OK();
}

}  // namespace

void AddStatusCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<StatusFlags>();
  CLI::App* command = app.add_subcommand(
      "status", "Tells how a store stands: files, rows, quarantine, who is at work");
  command->footer("Example: roost status ./out --input-dir ./results");
  command->add_option("store", flags->store, "output folder of an ingest")->required();
  command->add_option("--input-dir", flags->backlog.input_dir,
                      "count also the files there that are not in the tables");
  command->add_option("--pattern", flags->backlog.pattern,
                      "names that count (default *.json|jsonl|ndjson[.gz|.zst])");
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    const Status told = TellStatus(*flags);
    if (!told.ok()) exit_code = PrintError(told);
  });
}

}  // namespace roost::cli
