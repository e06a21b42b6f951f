#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/upkeep.h"

namespace roost::cli {
namespace {

constexpr size_t kShown = 10;

struct RetryFlags {
  RetryOptions options;
  std::string memory = "512MB", max_record;
  bool json = false;
};

void PrintJson(const RetryResult& result) {
  nlohmann::ordered_json json = {{"files", result.files},
                                 {"records", result.records},
                                 {"files_taken", result.files_taken},
                                 {"records_loaded", result.records_loaded},
                                 {"records_left", result.records_left},
                                 {"version", result.version},
                                 {"notes", result.notes},
                                 {"seconds", result.seconds}};
  json["what"] = nlohmann::ordered_json::array();
  for (const auto& file : result.what)
    json["what"].push_back({{"file", file.file},
                            {"records", file.records},
                            {"left", file.left},
                            {"is_in_place", file.is_in_place},
                            {"reason", file.reason}});
  std::puts(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Print(const RetryResult& result, bool dry_run) {
  for (size_t i = 0; i < std::min(result.what.size(), kShown); ++i) {
    const auto& file = result.what[i];
    std::string line = fmt::format("{}: {} in quarantine, {} left", Printable(file.file),
                                   Counted(file.records, "record"), file.left);
    if (!file.is_in_place) line += ", from the bytes that were kept";
    if (!file.reason.empty()) line += "; first: " + Printable(file.reason);
    std::puts(line.c_str());
  }
  if (result.files > kShown) fmt::print("... and {} more files\n", result.files - kShown);
  for (const std::string& note : result.notes) fmt::print("note: {}\n", Printable(note));
  if (result.files == 0) {
    std::puts("nothing is in quarantine");
    return;
  }
  fmt::print("{} in quarantine: {} {}, {} left, of {} ({} taken again) in {}\n",
             Counted(result.records, "record"), result.records_loaded,
             dry_run ? "would be loaded" : "loaded", result.records_left,
             Counted(result.files, "file"), result.files_taken, FormatSeconds(result.seconds));
  if (dry_run) std::puts("nothing was committed (--dry-run)");
}

Result<RetryResult> Run(RetryFlags& flags) {
  RetryOptions& options = flags.options;
  ROOST_ASSIGN(options.memory_bytes, ParseBytes(flags.memory));
  options.max_record_bytes = std::min(options.max_record_bytes, options.memory_bytes / 2);
  if (!flags.max_record.empty()) {
    ROOST_ASSIGN(options.max_record_bytes, ParseBytes(flags.max_record));
    if (options.max_record_bytes > options.memory_bytes / 2)
      return Status::Invalid("--max-record ", flags.max_record, " is more than half of --memory ",
                             flags.memory, ": raise that");
  }
  options.should_stop = WasInterrupted;
  return Retry(options);
}

}  // namespace

void AddRetryCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<RetryFlags>();
  CLI::App* command = app.add_subcommand(
      "retry", "Tries what is in quarantine again: what can be taken now comes into the tables");
  command->footer("Example: roost retry ./out --max-record 200MB");
  RetryOptions& options = flags->options;
  command->add_option("store", options.store_dir, "output folder of an ingest")->required();
  command->add_option("--config", options.config, "roost.yaml with hints that hold from now on");
  command->add_option("--max-record", flags->max_record,
                      "longer records stay in quarantine (default 64MB; at most half of --memory)");
  command->add_option("--max-depth", options.max_depth, "deeper records stay in quarantine")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_flag("--dry-run", options.dry_run, "tell what would be done, and commit nothing");
  command->add_option("--threads", options.threads, "default: one per core");
  command->add_option("--memory", flags->memory, "memory to work in")->capture_default_str();
  command->add_flag("--json", flags->json, "print as JSON");
  command->callback([flags, &exit_code] {
    Result<RetryResult> result = Run(*flags);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    flags->json ? PrintJson(*result) : Print(*result, flags->options.dry_run);
  });
}

}  // namespace roost::cli
