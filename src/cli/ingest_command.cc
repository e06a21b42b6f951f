#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "roost/relate.h"
#include "roost/roost.h"

namespace roost::cli {
namespace {

constexpr uint64_t kMaxRecordBytes = 64 << 20;

struct IngestFlags {
  IngestOptions options;
  std::string memory = "512MB";
  std::string max_record;  // empty: by default
  std::string rewrite_limit = "256MB";
  bool json = false, quiet = false, strict = false, relate = true;
};

void PrintTables(const IngestResult& result, bool is_dry_run) {
  std::vector<std::string> header = {"table", "rows", "columns"};
  if (!is_dry_run) header.insert(header.end(), {"parts", "bytes"});
  std::vector<std::vector<std::string>> rows;
  for (const TableSummary& table : result.tables) {
    rows.push_back({Printable(table.name), FormatCount(table.rows), FormatCount(table.columns)});
    if (is_dry_run) continue;
    rows.back().push_back(FormatCount(table.parts));
    rows.back().push_back(FormatBytes(table.bytes));
  }
  std::string text = FormatTable(header, rows, {false, true, true, true, true});
  std::fputs(text.c_str(), stdout);
}

void PrintConflicts(const IngestResult& result) {
  if (result.conflicts.empty()) return;
  fmt::print("\n{} could not hold all values; these are in sibling columns:\n",
             Counted(result.conflicts.size(), "column"));
  constexpr size_t kShown = 20;
  for (size_t i = 0; i < result.conflicts.size() && i < kShown; ++i) {
    const ConflictSummary& conflict = result.conflicts[i];
    fmt::print("  {}.{}: {} in {}, first in {} at byte {}\n", Printable(conflict.table),
               Printable(conflict.column), Counted(conflict.values, "value"),
               Printable(conflict.sibling), Printable(conflict.first_file), conflict.first_offset);
  }
  if (result.conflicts.size() > kShown) {
    fmt::print("  ... and {} more (--json lists all)\n", result.conflicts.size() - kShown);
  }
}

void PrintRejects(const IngestResult& result) {
  constexpr size_t kShown = 10;
  if (result.reject_count) {
    fmt::print("\n{} in quarantine (_roost/quarantine):\n", Counted(result.reject_count, "record"));
  }
  for (size_t i = 0; i < result.rejects.size() && i < kShown; ++i) {
    const RejectSummary& reject = result.rejects[i];
    fmt::print("  {}:{}: byte {}, {}: {}\n", Printable(reject.file), reject.line, reject.offset,
               Counted(reject.bytes, "byte"), Printable(reject.reason));
  }
  if (result.reject_count > kShown) {
    fmt::print("  ... and {} more\n", FormatCount(result.reject_count - kShown));
  }
  if (result.files_faulty) {
    fmt::print("\n{} could not be read:\n", Counted(result.files_faulty, "file"));
  }
  for (size_t i = 0; i < result.file_faults.size() && i < kShown; ++i) {
    fmt::print("  {}\n", Printable(result.file_faults[i]));
  }
}

void PrintAccount(const IngestResult& result) {
  const Account& account = result.account;
  fmt::print("\nrecords  {} read = {} loaded + {} in quarantine\n",
             FormatCount(account.records_read), FormatCount(account.records_loaded),
             FormatCount(account.records_quarantined));
  fmt::print("values   {} read = {} stored + {} nulls{}\n", FormatCount(account.values_read),
             FormatCount(account.values_stored), FormatCount(account.nulls_read),
             account.balanced ? "" : " (not every table was written)");
  fmt::print("bytes    {} read = {} records + {} between + {} in quarantine\n",
             FormatCount(account.bytes_read), FormatCount(account.bytes_records),
             FormatCount(account.bytes_between), FormatCount(account.bytes_quarantined));
  double seconds = std::max(result.seconds, 1e-6);
  uint64_t files = result.files_taken + result.files_faulty;
  fmt::print("{}, {} in {} ({} files/s, {}/s), peak memory {}\n", Counted(files, "file"),
             FormatBytes(result.input_bytes), FormatSeconds(result.seconds),
             FormatCount(static_cast<uint64_t>(static_cast<double>(files) / seconds)),
             FormatBytes(static_cast<uint64_t>(static_cast<double>(result.input_bytes) / seconds)),
             FormatBytes(result.peak_memory_bytes));
  if (result.duplicate_keys) {
    fmt::print(
        "note: {} with a key that came again in its object; the last one counts, earlier ones "
        "are in _roost_extra\n",
        Counted(result.duplicate_keys, "value"));
  }
  if (result.account.balanced)  // else the line of values has said it
    for (const std::string& note : result.notes) fmt::print("note: {}\n", Printable(note));
  for (const std::string& hint : result.unused_hints) fmt::print("note: {}\n", Printable(hint));
  if (result.files_known)
    fmt::print("note: taken before and unchanged, so skipped: {}\n",
               Counted(result.files_known, "file"));
  if (result.files_replaced)
    fmt::print("note: changed since they were taken, so replaced: {}\n",
               Counted(result.files_replaced, "file"));
  if (result.files_ignored) {
    fmt::print("note: left out by name: {} in folders\n", Counted(result.files_ignored, "file"));
  }
}

nlohmann::ordered_json ToJson(const IngestResult& result) {
  nlohmann::ordered_json json;
  json["tables"] = nlohmann::ordered_json::array();
  for (const TableSummary& table : result.tables) {
    json["tables"].push_back({{"name", table.name},
                              {"json_path", table.json_path},
                              {"rows", table.rows},
                              {"columns", table.columns},
                              {"parts", table.parts},
                              {"bytes", table.bytes}});
  }
  json["conflicts"] = nlohmann::ordered_json::array();
  for (const ConflictSummary& conflict : result.conflicts) {
    json["conflicts"].push_back({{"table", conflict.table},
                                 {"column", conflict.column},
                                 {"sibling", conflict.sibling},
                                 {"values", conflict.values},
                                 {"first_file", conflict.first_file},
                                 {"first_offset", conflict.first_offset}});
  }
  json["rejects"] = nlohmann::ordered_json::array();
  for (const RejectSummary& reject : result.rejects) {
    json["rejects"].push_back({{"file", reject.file},
                               {"offset", reject.offset},
                               {"line", reject.line},
                               {"bytes", reject.bytes},
                               {"reason", reject.reason}});
  }
  json["reject_count"] = result.reject_count;
  json["files"] = {{"taken", result.files_taken},       {"faulty", result.files_faulty},
                   {"ignored", result.files_ignored},   {"known", result.files_known},
                   {"replaced", result.files_replaced}, {"faults", result.file_faults}};
  const Account& account = result.account;
  json["account"] = {{"records_read", account.records_read},
                     {"records_loaded", account.records_loaded},
                     {"records_quarantined", account.records_quarantined},
                     {"values_read", account.values_read},
                     {"values_stored", account.values_stored},
                     {"nulls_read", account.nulls_read},
                     {"bytes_read", account.bytes_read},
                     {"bytes_records", account.bytes_records},
                     {"bytes_between", account.bytes_between},
                     {"bytes_quarantined", account.bytes_quarantined},
                     {"balanced", account.balanced}};
  json["duplicate_keys"] = result.duplicate_keys;
  json["input_bytes"] = result.input_bytes;
  json["seconds"] = result.seconds;
  json["cpu_seconds"] = result.cpu_seconds;
  json["peak_memory_bytes"] = result.peak_memory_bytes;
  json["unused_hints"] = result.unused_hints;
  json["notes"] = result.notes;
  return json;
}

ExitCode ExitCodeOf(const IngestFlags& flags, const IngestResult& result) {
  if (result.files_faulty) return ExitCode::kUnreadable;
  return flags.strict && result.reject_count ? ExitCode::kRuleFailed : ExitCode::kOk;
}

/// A record that is taken is in memory whole, as text and as values.
Result<uint64_t> MaxRecord(const IngestFlags& flags, uint64_t memory_bytes) {
  if (flags.max_record.empty()) return std::min(kMaxRecordBytes, memory_bytes / 2);
  ROOST_ASSIGN(uint64_t bytes, ParseBytes(flags.max_record));
  if (bytes <= memory_bytes / 2) return bytes;
  return Status::Invalid("--max-record ", flags.max_record, " is more than half of --memory ",
                         flags.memory, ": such a record needs --memory ", 2 * bytes, " or more");
}

Result<IngestResult> RunIngest(IngestFlags& flags) {
  ROOST_ASSIGN(flags.options.memory_bytes, ParseBytes(flags.memory));
  ROOST_ASSIGN(flags.options.rewrite_bytes, ParseBytes(flags.rewrite_limit));
  ROOST_ASSIGN(flags.options.max_record_bytes, MaxRecord(flags, flags.options.memory_bytes));
  if (flags.options.output_dir.empty() && !flags.options.dry_run) {
    return Status::Invalid("ingest needs --output-dir OUT (or --dry-run)");
  }
  ProgressLine line(!flags.quiet && !flags.json, ReadingText);
  flags.options.on_progress = [&](const Progress& progress) { line.Show(progress); };
  flags.options.should_stop = WasInterrupted;
  flags.options.sketch = flags.relate;
  return Ingest(flags.options);
}

/// More than what looking for relations was seen to keep of a cell (1.2 bytes of 700 million).
constexpr uint64_t kRelateBytesPerCell = 2;

constexpr uint64_t kMostRelatedColumns = 5000;  // the time grows with their square

/// Looking for relations must neither break the promise of --memory nor outlast the ingest by far.
bool IsRelatedHere(const IngestFlags& flags, const IngestResult& result) {
  uint64_t cells = 0, columns = 0;
  for (const TableSummary& table : result.tables) {
    cells += table.rows * table.columns;
    columns += table.columns;
  }
  return cells <= flags.options.memory_bytes / kRelateBytesPerCell &&
         columns <= kMostRelatedColumns;
}

/// Keys, references and documentation of what was just written. That they fail loses no data.
void Relate(const IngestFlags& flags, const IngestResult& result) {
  if (!flags.relate || flags.options.dry_run || result.tables.empty()) return;
  if (!IsRelatedHere(flags, result)) {
    if (flags.quiet) return;
    std::fprintf(stderr,
                 "roost: the tables are written, but not described: looking for keys and "
                 "references in so many values or columns could take long, or more than "
                 "--memory; run roost describe %s\n",
                 Printable(flags.options.output_dir).c_str());
    return;
  }
  DescribeOptions options;
  options.folder = flags.options.output_dir;
  options.threads = flags.options.threads;
  options.memory_bytes = flags.options.memory_bytes;
  auto documentation = Document(options);
  if (documentation.ok()) return;
  std::fprintf(stderr, "roost: the tables are written, but not described: %s\n",
               Printable(documentation.status().message()).c_str());
}

}  // namespace

void AddIngestCommand(CLI::App& app, ExitCode& exit_code) {
  auto flags = std::make_shared<IngestFlags>();
  IngestOptions& options = flags->options;
  CLI::App* command = app.add_subcommand("ingest", "Turns JSON files into Parquet tables, once");
  command->footer("Example: roost ingest ./results --output-dir ./out");
  command->add_option("inputs", options.inputs, "files, folders, globs, or - for standard input")
      ->required();
  command->add_option("--output-dir", options.output_dir,
                      "folder for the tables: made new, or added to");
  command->add_option("--table", options.table,
                      "name of the root table (default: from file names)");
  command->add_option("--config", options.config,
                      "YAML file that says how columns are to be treated (default: roost.yaml in "
                      "the output folder)");
  command->add_option("--tables", options.only_tables, "write only these tables")->delimiter(',');
  command->add_option("--pattern", options.pattern,
                      "names to take in folders (default *.json|jsonl|ndjson[.gz|.zst])");
  command->add_option("--threads", options.threads, "default: one per core");
  command
      ->add_option("--memory", flags->memory,
                   "memory to work in; from 256MB on it is exceeded by no more than 100 MB, but "
                   "for long records of a new kind (--max-record)")
      ->capture_default_str();
  command->add_option("--max-record", flags->max_record,
                      "longer records go to quarantine (default 64MB; at most half of --memory). "
                      "The first of its kind takes 7 to 23 times its size");
  command->add_option("--max-depth", options.max_depth, "deeper records go to quarantine")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--compression", options.compression, "zstd, snappy or none")
      ->check(CLI::IsMember({"zstd", "snappy", "none"}))
      ->capture_default_str();
  command->add_option("--row-group-rows", options.row_group_rows, "largest row group")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 30))
      ->capture_default_str();
  command
      ->add_option("--rewrite-limit", flags->rewrite_limit,
                   "a table of at most so many bytes is written anew when its columns change; "
                   "a larger one gets further columns")
      ->capture_default_str();
  command->add_flag("--overwrite", options.overwrite, "replace an output folder that roost made");
  command->add_flag("--dry-run", options.dry_run, "infer and report, write nothing");
  command->add_flag("!--no-relate", flags->relate,
                    "do not look for keys and references, write no documentation");
  command->add_flag("--strict", flags->strict, "exit 1 if a record went to quarantine");
  command->add_flag("--json", flags->json, "print the result as JSON");
  command->add_flag("--quiet", flags->quiet, "print nothing but errors");
  command->callback([flags, &exit_code] {
    Result<IngestResult> result = RunIngest(*flags);
    if (!result.ok()) {
      exit_code = PrintError(result.status());
      return;
    }
    exit_code = ExitCodeOf(*flags, *result);
    Relate(*flags, *result);
    if (flags->json) {
      auto text = ToJson(*result).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
      std::puts(text.c_str());
    } else if (!flags->quiet) {
      PrintTables(*result, flags->options.dry_run);
      PrintConflicts(*result);
      PrintRejects(*result);
      PrintAccount(*result);
    }
  });
}

}  // namespace roost::cli
