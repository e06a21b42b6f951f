// Reads, shreds and stores, once: the verb `Ingest`.
#include <malloc.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ingest/attempt.h"
#include "ingest/hints_file.h"
#include "ingest/root_names.h"
#include "ingest/summary.h"
#include "roost/roost.h"

namespace roost {
namespace {

constexpr int kMaxAttempts = 16;  // each finds maps inside the maps of the one before

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Not getrusage's ru_maxrss: that begins with what the process had that started this one.
uint64_t PeakMemoryBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

Result<std::unique_ptr<store::Output>> OpenOutput(const IngestOptions& options) {
  if (options.dry_run) return std::unique_ptr<store::Output>();
  store::OutputOptions output;
  output.output_dir = options.output_dir;
  output.compression = options.compression;
  output.compression_level = options.compression_level;
  output.row_group_rows = options.row_group_rows;
  output.open_bytes = options.memory_bytes / 4;
  output.overwrite = options.overwrite;
  return store::Output::Create(std::move(output));
}

/// Gives back what an attempt that is over has held; malloc would keep it for threads that are
/// gone.
void ReleaseMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/// Where what comes through pipes is kept: beside the output, where there must be room anyway.
std::string SpoolFolder(const IngestOptions& options) {
  std::error_code ignored;
  const char* temporary = std::getenv("TMPDIR");
  if (options.dry_run) return temporary && *temporary ? temporary : "/tmp";
  auto path = std::filesystem::absolute(options.output_dir, ignored);
  path = std::filesystem::weakly_canonical(path, ignored);
  if (!path.has_filename()) path = path.parent_path();
  return path.parent_path().string();
}

void KeepOnly(const std::vector<std::string>& names, shred::FinalSchema& schema) {
  if (names.empty()) return;
  std::erase_if(schema.tables, [&](const shred::FinalTable& table) {
    return std::find(names.begin(), names.end(), table.name) == names.end();
  });
}

Status CheckTables(const std::vector<std::string>& names, const shred::FinalSchema& schema) {
  for (const std::string& name : names) {
    bool known = std::any_of(schema.tables.begin(), schema.tables.end(),
                             [&](const auto& table) { return table.name == name; });
    if (known) continue;
    std::string all;
    for (const auto& table : schema.tables) all += (all.empty() ? "" : ", ") + table.name;
    return Status::Invalid("--tables: there is no table ", name, " in this input (there are: ", all,
                           ")");
  }
  return Status::OK();
}

void SummarizeFiles(ingest::Attempt& attempt, IngestResult& result) {
  for (const ingest::FileOutcome& file : attempt.files()) {
    result.input_bytes += file.facts.bytes;
    result.files_taken += !file.fault;
    if (!file.fault) continue;
    ++result.files_faulty;
    if (result.file_faults.size() < 100) result.file_faults.push_back(*file.fault);
  }
  result.rejects = attempt.rejects();
  result.reject_count = attempt.reject_count();
  result.duplicate_keys = attempt.duplicate_keys();
}

void SummarizeTables(const shred::FinalSchema& schema,
                     const std::vector<store::PublishedTable>& published, IngestResult& result) {
  for (const shred::FinalTable& table : schema.tables) {
    const size_t technical = table.kind == shred::TableKind::kRoot ? 2 : 4;
    TableSummary summary{
        table.name, table.json_path, table.rows, table.columns.size() + technical, 0, 0};
    for (const store::PublishedTable& each : published) {
      if (each.name != table.name) continue;
      summary.rows = each.rows;
      summary.columns = each.columns.size();
      summary.parts = each.parts;
      summary.bytes = each.bytes;
    }
    result.tables.push_back(std::move(summary));
  }
}

/// Writes what an attempt left: parts, ledger, account.
Status Finish(const IngestOptions& options, const std::vector<read::InputFile>& files,
              const ingest::RootNames& roots, ingest::Attempt& attempt, shred::FinalSchema schema,
              store::Output* output, IngestResult& result) {
  SummarizeFiles(attempt, result);
  result.conflicts = ingest::ListConflicts(schema, files, attempt.files());
  ROOST_TRY(CheckTables(options.only_tables, schema));
  const size_t all_tables = schema.tables.size();
  KeepOnly(options.only_tables, schema);
  const bool has_some = schema.tables.size() < all_tables;
  std::vector<store::PublishedTable> published;
  if (output) {
    ROOST_TRY(ingest::WriteLedger(files, attempt.files(), roots, *output));
    ROOST_ASSIGN(published, output->Publish(schema, options.threads));
  }
  SummarizeTables(schema, published, result);
  result.account = ingest::MakeAccount(attempt, ingest::CountStored(schema, published));
  if (options.dry_run || has_some) {
    result.notes.push_back("the account of values is open: not every table was written");
  } else if (!result.account.balanced) {
    return Status::UnknownError(
        "the account does not balance, so nothing was written; this is a bug in roost: ",
        ingest::AccountJson(result, false));
  }
  return output ? output->Commit(ingest::AccountJson(result, has_some)) : Status::OK();
}

}  // namespace

Result<IngestResult> Ingest(const IngestOptions& options) {
  auto start = std::chrono::steady_clock::now();
  double cpu_start = CpuSeconds();
  ROOST_ASSIGN(const ingest::Config config, ingest::ReadConfig(options));
  ROOST_ASSIGN(read::Discovery discovery, read::Discover(options.inputs, {options.pattern}));
  IngestResult result;
  result.files_ignored = discovery.ignored_files;
  if (discovery.files.empty()) {
    return Status::IOError("there is nothing to ingest: no file in ", options.inputs.front(),
                           discovery.ignored_files ? " has a name that roost takes" : "",
                           " (folders: *.json|jsonl|ndjson[.gz|.zst], or --pattern)");
  }
  ROOST_ASSIGN(ingest::RootNames roots, ingest::RootNames::Make(discovery.files, options.table));
  read::Spools spools(SpoolFolder(options), options.should_stop);
  shred::Plan plan;
  plan.hints = &config.hints;
  for (int tries = 1;; ++tries) {
    if (tries > 1) ReleaseMemory();
    ROOST_ASSIGN(std::unique_ptr<store::Output> output, OpenOutput(options));
    ingest::Attempt attempt(options, discovery.files, roots, spools, plan, output.get());
    ROOST_TRY(attempt.Run());
    shred::Publication publication = attempt.Publish();
    if (publication.plan != plan) {
      if (tries == kMaxAttempts) {
        return Status::Invalid("maps are nested more than ", kMaxAttempts, " deep in this input");
      }
      plan = std::move(publication.plan);
      continue;
    }
    if (attempt.counts_only()) {
      return Status::UnknownError("the last attempt kept no values; this is a bug in roost");
    }
    result.unused_hints =
        ingest::UnusedHints(config.hints, publication.used_hints, publication.schema);
    ROOST_TRY(Finish(options, discovery.files, roots, attempt, std::move(publication.schema),
                     output.get(), result));
    ROOST_TRY(ingest::KeepConfig(config, options));
    break;
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.cpu_seconds = CpuSeconds() - cpu_start;
  result.peak_memory_bytes = PeakMemoryBytes();
  return result;
}

}  // namespace roost
