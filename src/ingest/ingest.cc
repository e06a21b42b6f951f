// Reads, shreds and stores, once: the verb `Ingest`.
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/disk.h"
#include "ingest/batch.h"
#include "ingest/hints_file.h"
#include "ingest/root_names.h"
#include "ingest/store_intake.h"
#include "roost/roost.h"
#include "store/place.h"

namespace roost {
namespace {

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

/// Makes a whole new store and gives it its name at the end.
Status IngestIntoNew(const IngestOptions& options, const ingest::Config& config,
                     const ingest::Inputs& inputs, const ingest::RootNames& roots,
                     read::Spools& spools, IngestResult& result) {
  ROOST_ASSIGN(store::Place place, store::Place::Make(options.output_dir, options.overwrite));
  std::optional<disk::SyncLater> private_folder(place.folder());
  ROOST_ASSIGN(auto writer, store::StoreWriter::Open(place.folder()));
  ingest::Batch batch(options, config, inputs, roots, spools, writer.get());
  ROOST_TRY(batch.Shred());
  ROOST_TRY(batch.Write(result));
  ROOST_ASSIGN(ledger::Entry entry, batch.EntryOf(result));
  ROOST_ASSIGN(bool won, writer->ledger().Commit(entry));
  if (!won) return Status::IOError("another process writes to ", place.folder(), "; end it");
  batch.Keep();
  ROOST_TRY(writer->Close());
  private_folder.reset();
  return place.Take();
}

/// The files that the store does not know as they are, and how many others there are: of very many
/// most are known, and what a batch has for each file is ten times what a list has.
Result<std::vector<IntakeFile>> FindUnknown(ingest::StoreIntake& intake,
                                            const read::FileList& found, uint64_t& known) {
  constexpr size_t kLookedAt = 1 << 16;  // files at a time
  std::vector<IntakeFile> unknown, some;
  for (size_t i = 0; i < found.size(); ++i) {
    some.emplace_back().path = found.path(i);
    if (some.size() < kLookedAt && i + 1 < found.size()) continue;
    if (found.size() <= kLookedAt) return some;  // taking them looks at them anyway
    ROOST_ASSIGN(const auto fates, intake.Look(some));
    for (size_t file = 0; file < some.size(); ++file) {
      if (fates[file] == FileFate::kKnown)
        ++known;
      else
        unknown.push_back(std::move(some[file]));
    }
    some.clear();
  }
  return unknown;
}

/// Adds to a store that is there.
Status IngestIntoOld(const IngestOptions& options, const read::FileList& found,
                     IngestResult& result) {
  ROOST_ASSIGN(auto intake, ingest::StoreIntake::Open(options));
  uint64_t known = 0;
  ROOST_ASSIGN(const auto files, FindUnknown(*intake, found, known));
  ROOST_ASSIGN(IntakeBatch batch, intake->Take(files));
  batch.result.files_known += known;
  batch.result.files_ignored = result.files_ignored;
  batch.result.notes.insert(batch.result.notes.begin(), intake->recovery().begin(),
                            intake->recovery().end());
  result = std::move(batch.result);
  ROOST_TRY(intake->Tidy());
  return intake->Close();
}

Result<bool> IsStore(const std::string& folder) {
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(folder + "/_roost/ledger/_delta_log"));
  return kind == disk::EntryKind::kFolder;
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
  const bool may_add = !options.dry_run && !options.overwrite && !options.output_dir.empty();
  ROOST_ASSIGN(bool adds, may_add ? IsStore(options.output_dir) : Result(false));
  ingest::Inputs inputs;
  inputs.files = std::move(discovery.files);
  ROOST_ASSIGN(ingest::RootNames roots, ingest::RootNames::Make(inputs.files, options.table));
  read::Spools spools(ingest::SpoolFolder(options), options.should_stop);
  if (adds) {
    ROOST_TRY(IngestIntoOld(options, inputs.files, result));
  } else if (options.dry_run) {
    ingest::Batch batch(options, config, inputs, roots, spools, nullptr);
    ROOST_TRY(batch.Shred());
    ROOST_TRY(batch.Write(result));
  } else {
    Status made = IngestIntoNew(options, config, inputs, roots, spools, result);
    ROOST_ASSIGN(bool is_late, !made.ok() && may_add ? IsStore(options.output_dir) : Result(false));
    if (!made.ok() && !is_late) return made;
    if (is_late) {  // another run has made a store there meanwhile
      result = {};
      result.files_ignored = discovery.ignored_files;
      ROOST_TRY(IngestIntoOld(options, inputs.files, result));
    }
  }
  ROOST_TRY(ingest::KeepConfig(config, options));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.cpu_seconds = CpuSeconds() - cpu_start;
  result.peak_memory_bytes = PeakMemoryBytes();
  return result;
}

}  // namespace roost
