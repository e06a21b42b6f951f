// What nobody needs any more: parts of dead writers, old parts and views, commits before a
// checkpoint. Each is removed only by what makes it certain, never by what a table happens to name.
#include <set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/delta_json.h"
#include "ledger/ledger.h"
#include "ledger/views.h"

namespace roost::ledger {

Result<Tidied> Ledger::Tidy() {
  Tidied tidied;
  ROOST_TRY(SweepWriters(tidied));
  ROOST_TRY(RemoveOldParts(tidied));
  ROOST_TRY(WriteCheckpoints(tidied));
  return tidied;
}

// The lock first, and kept: only then is the writer dead and what logs say about it final.
Status Ledger::SweepWriters(Tidied& tidied) {
  const std::string folder = options_.output_dir + "/_roost/writers";
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    if (name == writer_.name()) continue;
    ROOST_ASSIGN(auto lock,
                 disk::FileLock::TryLock(folder + "/" + name, disk::FileLock::Missing::kIsFine));
    if (!lock) continue;  // alive, or swept by another
    ROOST_TRY(CatchUp(tidied));
    ROOST_TRY(SweepWriter(name, tidied));
    ROOST_TRY(disk::RemoveIfThere(folder + "/" + name).status());
    ++tidied.writers;
  }
  return Status::OK();
}

// After Refresh every entry is in the tables' logs, so that these name all parts that count.
Status Ledger::SweepWriter(const std::string& dead, Tidied& tidied) {
  const std::string& top = options_.output_dir;
  for (auto& [name, log] : tables_) {
    ROOST_TRY(SweepFolder(log.folder(), dead, &log.snapshot(), tidied));
    ROOST_TRY(SweepFolder(log.log_folder(), dead, nullptr, tidied));
    ROOST_TRY(SweepFolder(top + "/_roost/views/" + name, dead, nullptr, tidied));
  }
  ROOST_TRY(SweepFolder(log_.folder(), dead, &log_.snapshot(), tidied));
  ROOST_TRY(SweepFolder(log_.log_folder(), dead, nullptr, tidied));
  ROOST_TRY(SweepFolder(top + "/_roost/takes", dead, nullptr, tidied));
  ROOST_TRY(SweepFolder(top + "/_roost/numbers", dead, nullptr, tidied));
  return SweepFolder(top, dead, nullptr, tidied);
}

Status Ledger::SweepFolder(const std::string& folder, const std::string& dead,
                           const Snapshot* table, Tidied& tidied) {
  ROOST_ASSIGN(auto there, disk::Examine(folder));
  if (!there) return Status::OK();
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    if (!IsOfWriter(name, dead)) continue;
    if (IsPartName(name)) {
      if (table == nullptr || table->live.contains(name) || table->removed.contains(name)) continue;
      ++tidied.parts;
    }
    ROOST_TRY(disk::RemoveTree(folder + "/" + name));
  }
  return Status::OK();
}

// Only what the table's own log has removed, after its time: a file that no log names may belong to
// a commit that is about to be.
Status Ledger::RemoveOldParts(Tidied& tidied) {
  const int64_t before = options_.now_ms() - options_.keep_removed_ms;
  auto remove_from = [&](const DeltaLog& log) -> Status {
    std::set<std::string> files;
    if (!log.snapshot().removed.empty()) {
      ROOST_ASSIGN(auto names, disk::ListFolder(log.folder()));
      files.insert(names.begin(), names.end());
    }
    for (const auto& [path, removal] : log.snapshot().removed) {
      const std::string name = DecodePath(path);
      const bool is_there = files.contains(name) || name.find('/') != std::string::npos;
      if (removal.deleted_ms >= before || !is_there) continue;
      ROOST_ASSIGN(bool gone, disk::RemoveIfThere(log.folder() + "/" + name));
      tidied.parts += gone;
    }
    return Status::OK();
  };
  for (auto& [name, log] : tables_) {
    ROOST_TRY(remove_from(log));
    if (name.starts_with('_') || log.snapshot().version < 0) continue;
    ROOST_ASSIGN(int64_t old, RemoveOldViews(options_.output_dir, name, before));
    tidied.old_views += old;
  }
  return remove_from(log_);
}

// Runs before the ledger's checkpoint: then an entry inside one is in a run, and opening reads
// none.
Status Ledger::WriteCheckpoints(Tidied& tidied) {
  for (auto& [name, log] : tables_)
    if (log.snapshot().version >= 0) ROOST_TRY(CheckpointLog(log, INT64_MAX, tidied));
  const int64_t waiting = log_.snapshot().version - log_.checkpoint_version();
  if (takes_.in_memory() >= options_.run_takes || waiting >= options_.checkpoint_commits)
    ROOST_TRY(takes_.WriteRun(log_.snapshot().version, writer_.name()));
  return CheckpointLog(log_, takes_.covered(), tidied);
}

Status Ledger::CheckpointLog(DeltaLog& log, int64_t last, Tidied& tidied) {
  const int64_t waiting = log.snapshot().version - log.checkpoint_version();
  if (waiting < options_.checkpoint_commits) return Status::OK();
  const int64_t before = options_.now_ms() - options_.keep_log_ms;
  ROOST_TRY(log.WriteCheckpoint(writer_.name(), before));
  ++tidied.checkpoints;
  ROOST_ASSIGN(int64_t removed, log.CleanUp(last, before));
  tidied.commits += removed;
  return Status::OK();
}

}  // namespace roost::ledger
