#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/memory.h"
#include "cli/terminal.h"
#include "roost/listen.h"

namespace roost::cli {
namespace {

struct ListenFlags {
  ListenOptions options;
  std::string memory = "512MB", batch_bytes = "256MB", rewrite_limit = "256MB";
  bool json = false, quiet = false;
};

using Kind = ListenEvent::Kind;

nlohmann::ordered_json CountsJson(const ListenCounts& counts) {
  return {{"batches", counts.batches},
          {"files_taken", counts.files_taken},
          {"files_replaced", counts.files_replaced},
          {"files_same", counts.files_same},
          {"files_failed", counts.files_failed},
          {"files_known", counts.files_known},
          {"files_moved", counts.files_moved},
          {"files_dropped", counts.files_dropped},
          {"files_unmatched", counts.files_unmatched},
          {"records", counts.records},
          {"rejects", counts.rejects},
          {"bytes", counts.bytes}};
}

nlohmann::ordered_json EventJson(const ListenEvent& event) {
  switch (event.kind) {
    case Kind::kNote:
      return {{"event", "note"}, {"text", event.text}};
    case Kind::kProblem:
      return {{"event", "problem"}, {"text", event.text}};
    case Kind::kDocumented:
      return {{"event", "documented"}, {"seconds", event.seconds}};
    case Kind::kBatch:
      break;
  }
  nlohmann::ordered_json json = {{"event", "batch"}, {"version", event.version}};
  json.update(CountsJson(event.batch));
  json.erase("batches");
  json["seconds"] = event.seconds;
  return json;
}

void PrintJson(const nlohmann::ordered_json& json) {
  std::puts(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

std::string CountsText(const ListenCounts& counts) {
  std::string text =
      fmt::format("{}, {}", Counted(counts.files_taken, "file"), Counted(counts.records, "record"));
  auto add = [&](uint64_t count, const char* what) {
    if (count) text += fmt::format(", {} {}", FormatCount(count), what);
  };
  add(counts.rejects, "in quarantine");
  add(counts.files_replaced, "replaced");
  add(counts.files_same, "with the content of others");
  add(counts.files_known, "known");
  return text;
}

void PrintEvent(const ListenEvent& event) {
  if (event.kind == Kind::kBatch) {
    fmt::print("batch {}: {} in {}\n", event.version, CountsText(event.batch),
               FormatSeconds(event.seconds));
    std::fflush(stdout);
  } else if (event.kind != Kind::kDocumented) {
    std::fprintf(stderr, "roost: %s\n", Printable(event.text).c_str());
  }
}

/// 12,345 files taken  1,003 files/s  17 ready, 3 settling, 1 torn
std::string StatusText(const ListenStatus& status) {
  std::string text = fmt::format(
      "{} taken  {} files/s  {} ready", Counted(status.counts.files_taken, "file"),
      FormatCount(static_cast<uint64_t>(status.files_per_second)), FormatCount(status.ready));
  auto add = [&](uint64_t count, const char* what) {
    if (count) text += fmt::format(", {} {}", FormatCount(count), what);
  };
  add(status.of_others, "left to other listeners");
  add(status.settling, "settling");
  add(status.private_mode, "of mode 0600");
  add(status.waiting_for_job, "waiting for their jobs");
  add(status.torn, "torn");
  add(status.unreadable, "unreadable");
  return text;
}

void PrintEnd(const ListenFlags& flags, const ListenResult& result) {
  const ListenStatus& status = result.status;
  if (flags.json) {
    nlohmann::ordered_json json = {{"event", result.stopped ? "stopped" : "drained"}};
    json.update(CountsJson(status.counts));
    json["settling"] = status.settling;
    json["private_mode"] = status.private_mode;
    json["waiting_for_job"] = status.waiting_for_job;
    json["torn"] = status.torn;
    json["unreadable"] = status.unreadable;
    json["unreadable_files"] = result.unreadable;
    json["seconds"] = status.seconds;
    return PrintJson(json);
  }
  if (flags.quiet) return;
  fmt::print("{}: {} in {}\n", result.stopped ? "stopped" : "drained", CountsText(status.counts),
             FormatSeconds(status.seconds));
  auto tell = [](uint64_t count, const char* what) {
    if (count) fmt::print("  {} {}\n", Counted(count, "file"), what);
  };
  tell(status.counts.files_failed, "with something in quarantine, or unreadable in part");
  tell(status.counts.files_moved, "moved");
  tell(status.counts.files_dropped, "left where they are, as their jobs were aborted");
  tell(status.counts.files_unmatched, "taken without a job that is over");
  tell(status.waiting_for_job, "waiting for their jobs");
  tell(status.settling + status.private_mode + status.torn, "not taken yet");
}

Result<ListenResult> RunListen(ListenFlags& flags) {
  ListenOptions& options = flags.options;
  ROOST_ASSIGN(options.ingest.memory_bytes, ParseBytes(flags.memory));
  ROOST_ASSIGN(options.batch_bytes, ParseBytes(flags.batch_bytes));
  ROOST_ASSIGN(options.ingest.rewrite_bytes, ParseBytes(flags.rewrite_limit));
  options.ingest.max_record_bytes =
      std::min(options.ingest.max_record_bytes, options.ingest.memory_bytes / 2);
  options.ingest.sketch = options.document;
  ProgressLine line(!flags.quiet && !flags.json, ReadingText);
  options.on_event = [&](const ListenEvent& event) {
    line.Clear();
    if (flags.json) return PrintJson(EventJson(event));
    if (!flags.quiet || event.kind == Kind::kProblem) PrintEvent(event);
  };
  options.on_status = [&](const ListenStatus& status) { line.ShowText(StatusText(status)); };
  options.should_stop = WasInterrupted;
  return Listen(options);
}

void AddFolders(CLI::App& command, ListenOptions& options) {
  command.add_option("--input-dir", options.input_dir, "folder in which files arrive")->required();
  command.add_option("--output-dir", options.output_dir, "folder of the tables")->required();
  command.add_option("--processed-dir", options.processed_dir,
                     "move files there once they are taken (default: they stay)");
  command.add_option("--failed-dir", options.failed_dir,
                     "move files there that have something in quarantine");
  command.add_option("--pattern", options.ingest.pattern,
                     "names to take (default *.json|jsonl|ndjson[.gz|.zst])");
  command.add_option("--table", options.ingest.table,
                     "name of the root table (default: from file names)");
}

void AddReadiness(CLI::App& command, ListenOptions& options) {
  command
      .add_option("--schema-samples", options.schema_samples,
                  "the first publish waits for so many files, or for --batch-seconds")
      ->capture_default_str();
  command
      .add_option("--check-interval", options.check_interval_seconds,
                  "seconds between two looks at all files; events make it quicker")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
  command
      .add_option("--settle", options.settle_seconds,
                  "seconds without a change, of a file that nobody was seen to close")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
  command
      .add_option("--max-retries", options.max_retries,
                  "looks at a torn file before it is taken as it is")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command.add_option("--event-log", options.event_log,
                     "HTCondor's user log: files are taken when their jobs are over");
  command.add_option("--job-from", options.job_from,
                     "how a file tells its job: by its name, as 'result_{cluster}_{proc}.json', or "
                     "by fields, as '$.job.cluster, $.job.proc'");
}

void AddBatches(CLI::App& command, ListenFlags& flags) {
  command.add_option("--batch-files", flags.options.batch_files, "most files in a commit")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command.add_option("--batch-bytes", flags.batch_bytes, "most bytes in a commit")
      ->capture_default_str();
  command
      .add_option("--batch-seconds", flags.options.batch_seconds,
                  "longest that a ready file waits for others")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
  command
      .add_option("--rewrite-limit", flags.rewrite_limit,
                  "a table of at most so many bytes is written anew when its columns change; a "
                  "larger one gets further columns")
      ->capture_default_str();
  command.add_option("--threads", flags.options.ingest.threads, "default: one per core");
  command.add_option("--memory", flags.memory, "memory to work in")->capture_default_str();
}

ExitCode ExitCodeOf(const ListenFlags& flags, const ListenResult& result) {
  if (!flags.options.once) return ExitCode::kOk;  // being stopped is how it ends
  if (result.stopped) return ExitCode::kInterrupted;
  for (const std::string& path : result.unreadable) {
    std::fprintf(stderr, "roost: could not be read: %s\n", Printable(path).c_str());
  }
  return result.unreadable.empty() ? ExitCode::kOk : ExitCode::kUnreadable;
}

}  // namespace

void AddListenCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<ListenFlags>();
  CLI::App* command =
      app.add_subcommand("listen", "Takes JSON files into tables as they arrive, for ever");
  command->footer(
      "Example: roost listen --input-dir ./results --output-dir ./out --processed-dir ./done");
  AddFolders(*command, flags->options);
  AddReadiness(*command, flags->options);
  AddBatches(*command, *flags);
  command->add_flag("--once", flags->options.once, "stop when nothing is left to take");
  command->add_flag("!--no-merge", flags->options.merge,
                    "leave the many small parts of a table as they are");
  command->add_flag("!--no-relate", flags->options.document,
                    "do not look for keys and references, write no documentation");
  command->add_flag("--json", flags->json, "print a line of JSON for each thing that happens");
  command->add_flag("--quiet", flags->quiet, "print nothing but problems");
  command->callback([flags, &exit_code] {
    if (!flags->options.once) KeepMemoryFlat();
    Result<ListenResult> result = RunListen(*flags);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    PrintEnd(*flags, *result);
    exit_code = ExitCodeOf(*flags, *result);
  });
}

}  // namespace roost::cli
