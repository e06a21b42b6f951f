// The verb Compact.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/disk.h"
#include "ledger/pin.h"
#include "roost/upkeep.h"
#include "store/compaction.h"
#include "store/store_writer.h"

namespace roost {
namespace {

constexpr uint64_t kLeastTarget = 1 << 16;
constexpr uint64_t kJobParts = 16;  // target sizes of one commit of a table, about
constexpr uint64_t kThreadBytes = 64ull << 20;

Result<store::Compaction> Run(const std::string& folder, const CompactOptions& options) {
  store::CompactionOptions compaction;
  compaction.tables = options.tables;
  compaction.limits.part_bytes = options.target_bytes;
  compaction.limits.job_bytes = options.target_bytes * kJobParts;
  compaction.memory_bytes = options.memory_bytes;
  compaction.should_stop = options.should_stop;
  const unsigned wanted = options.threads ? options.threads : std::thread::hardware_concurrency();
  const uint64_t affordable = std::max<uint64_t>(options.memory_bytes / kThreadBytes, 1);
  compaction.threads = static_cast<unsigned>(std::clamp<uint64_t>(wanted, 1, affordable));
  if (options.dry_run) {
    ROOST_ASSIGN(auto pin, ledger::PinLatest(folder));
    return store::PlanCompaction(pin, compaction);
  }
  ROOST_ASSIGN(auto writer, store::StoreWriter::Open(folder));
  auto done = store::Compact(*writer, compaction);
  // Whose commit failed stays to be swept: whether it stands is not known.
  if (done.status().IsInvalid() || done.status().IsCancelled()) (void)writer->Close();
  ROOST_TRY(done.status());
  ROOST_TRY(writer->ledger().Tidy().status());
  ROOST_TRY(writer->Close());
  return done;
}

}  // namespace

Result<CompactResult> Compact(const CompactOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  if (options.target_bytes < kLeastTarget)
    return Status::Invalid("a part of less than ", kLeastTarget,
                           " bytes helps nobody; name a larger --target-size");
  ROOST_ASSIGN(auto kind, disk::Look(options.store_dir + "/_roost/ledger/_delta_log"));
  if (kind != disk::EntryKind::kFolder)
    return Status::IOError(options.store_dir,
                           " is no store: it has no _roost/ledger; name the output folder of an "
                           "ingest");
  std::error_code error;
  const std::string folder = std::filesystem::canonical(options.store_dir, error).string();
  if (error) return Status::IOError("cannot open ", options.store_dir, ": ", error.message());
  ROOST_ASSIGN(store::Compaction done, Run(folder, options));
  CompactResult result;
  for (store::CompactedTable& table : done.tables)
    result.tables.push_back({std::move(table.table), table.parts, table.bytes, table.new_parts,
                             table.new_bytes, std::move(table.folded)});
  result.records = {done.records.parts, done.records.new_parts};
  result.commits = done.commits;
  result.lost_races = done.lost_races;
  result.notes = std::move(done.notes);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace roost
