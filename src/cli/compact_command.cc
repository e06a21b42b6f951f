#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/upkeep.h"

namespace roost::cli {
namespace {

struct CompactFlags {
  CompactOptions options;
  std::string target = "256MB", memory = "512MB";
  bool json = false;
};

void PrintJson(const CompactResult& result) {
  nlohmann::ordered_json json = {
      {"commits", result.commits},
      {"lost_races", result.lost_races},
      {"records", {{"parts", result.records.parts}, {"new_parts", result.records.new_parts}}},
      {"notes", result.notes},
      {"seconds", result.seconds}};
  json["tables"] = nlohmann::ordered_json::array();
  for (const auto& table : result.tables)
    json["tables"].push_back({{"name", table.name},
                              {"parts", table.parts},
                              {"bytes", table.bytes},
                              {"new_parts", table.new_parts},
                              {"new_bytes", table.new_bytes},
                              {"folded", table.folded}});
  std::puts(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Print(const CompactResult& result, bool dry_run) {
  for (const auto& table : result.tables) {
    std::string line = fmt::format("{}: {}, {}", Printable(table.name),
                                   Counted(table.parts, "part"), FormatBytes(table.bytes));
    if (!dry_run)
      line +=
          fmt::format(" -> {}, {}", Counted(table.new_parts, "part"), FormatBytes(table.new_bytes));
    for (size_t i = 0; i < table.folded.size(); ++i)
      line += (i == 0 ? "; no longer needed: " : ", ") + Printable(table.folded[i]);
    std::puts(line.c_str());
  }
  if (result.records.parts > 0)
    std::puts(fmt::format("ledger and quarantine: {}{}", Counted(result.records.parts, "part"),
                          dry_run ? "" : " -> " + Counted(result.records.new_parts, "part"))
                  .c_str());
  for (const std::string& note : result.notes) fmt::print("note: {}\n", Printable(note));
  if (result.tables.empty() && result.records.parts == 0) {
    std::puts("nothing to do: parts are large, sorted and have all columns");
  } else if (dry_run) {
    std::puts("nothing was written (--dry-run)");
  } else {
    fmt::print("{} in {}\n", Counted(result.commits, "commit"), FormatSeconds(result.seconds));
  }
}

}  // namespace

void AddCompactCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<CompactFlags>();
  CLI::App* command = app.add_subcommand(
      "compact", "Makes few large parts of many small ones, sorted; others may write meanwhile");
  command->footer("Example: roost compact ./out");
  CompactOptions& options = flags->options;
  command->add_option("store", options.store_dir, "output folder of an ingest")->required();
  command->add_option("--target-size", flags->target, "parts become at least so large")
      ->capture_default_str();
  command->add_option("--tables", options.tables, "only these, separated by commas")
      ->delimiter(',');
  command->add_flag("--dry-run", options.dry_run, "tell what would be done, and write nothing");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    auto run = [&]() -> Result<CompactResult> {
      ROOST_ASSIGN(flags->options.target_bytes, ParseBytes(flags->target));
      ROOST_ASSIGN(flags->options.memory_bytes, ParseBytes(flags->memory));
      flags->options.should_stop = WasInterrupted;
      return Compact(flags->options);
    };
    Result<CompactResult> result = run();
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    flags->json ? PrintJson(*result) : Print(*result, flags->options.dry_run);
  });
}

}  // namespace roost::cli
