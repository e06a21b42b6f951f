// What nobody needs any more: parts of dead writers, old parts and views, commits before a
// checkpoint. Each is removed only by what makes it certain, never by what a table happens to name.
#include <set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/file_lock.h"
#include "ledger/delta_json.h"
#include "ledger/ledger.h"
#include "ledger/take_run.h"
#include "ledger/views.h"

namespace roost::ledger {

Result<Tidied> Ledger::Tidy() {
  Tidied tidied;
  // Only a power cut brings such entries back, and after it everybody starts anew. Looking for them
  // means to list all folders, and logs have a week's commits.
  std::set<std::string> named;
  if (const int64_t now = options_.now_ms(); now >= look_for_entries_ms_) {
    ROOST_ASSIGN(named, WritersOfEntries());
    look_for_entries_ms_ = now + options_.look_for_entries_ms;
  }
  ROOST_TRY(SweepWriters(std::move(named), tidied));
  ROOST_TRY(RemoveOldParts(tidied));
  ROOST_TRY(WriteCheckpoints(tidied));
  return tidied;
}

// A writer is dead whose lock can be had: the lock first, and kept, only then is what logs say
// about it final. Or who has no lock file, which is there before any part and goes last; a power
// cut brings such entries back. `suspects` were seen before the lock files are listed.
Status Ledger::SweepWriters(std::set<std::string> suspects, Tidied& tidied) {
  const std::string folder = options_.output_dir + "/_roost/writers";
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  std::vector<disk::FileLock> locks;
  std::set<std::string> dead;
  for (const std::string& name : names) {
    suspects.erase(name);
    if (name == writer_.name()) continue;
    ROOST_ASSIGN(auto lock,
                 disk::FileLock::TryLock(folder + "/" + name, disk::FileLock::Missing::kIsFine));
    if (!lock) continue;  // alive, or swept by another
    locks.push_back(std::move(*lock));
    dead.insert(name);
  }
  dead.merge(suspects);
  if (dead.empty()) return Status::OK();
  // Then every entry is in the tables' logs, so that these name all parts that count.
  ROOST_TRY(CatchUp(tidied));
  for (const SweptFolder& swept : SweptFolders()) ROOST_TRY(SweepFolder(swept, dead, tidied));
  for (const disk::FileLock& lock : locks) ROOST_TRY(disk::RemoveIfThere(lock.path()).status());
  tidied.writers += static_cast<int64_t>(locks.size());
  return Status::OK();
}

// All folders in which writers leave entries of their own, with the log that names parts there.
std::vector<Ledger::SweptFolder> Ledger::SweptFolders() const {
  const std::string& top = options_.output_dir;
  std::vector<SweptFolder> folders = {{top, nullptr},
                                      {top + "/_roost/takes", nullptr},
                                      {top + "/_roost/numbers", nullptr},
                                      {log_.folder(), &log_.snapshot()},
                                      {log_.log_folder(), nullptr}};
  for (const auto& [name, log] : tables_) {
    folders.push_back({log.folder(), &log.snapshot()});
    folders.push_back({log.log_folder(), nullptr});
    folders.push_back({top + "/_roost/views/" + name, nullptr});
  }
  return folders;
}

Result<std::set<std::string>> Ledger::WritersOfEntries() {
  ROOST_TRY(FindTables());
  std::set<std::string> writers;
  for (const SweptFolder& folder : SweptFolders()) {
    ROOST_ASSIGN(auto there, disk::Examine(folder.path));
    if (!there) continue;
    ROOST_ASSIGN(auto names, disk::ListFolder(folder.path));
    for (const std::string& name : names) {
      const bool is_live = folder.table != nullptr && folder.table->live.contains(name);
      if (!is_live && !IsOfPast(name))
        if (auto writer = WriterOf(name)) writers.insert(std::move(*writer));
    }
  }
  return writers;
}

// A file of takes for a version that is there belongs to it, or goes with a run that covers it.
bool Ledger::IsOfPast(const std::string& name) const {
  const auto version = VersionOfEntryRun(name);
  return version && *version <= log_.snapshot().version;
}

Status Ledger::SweepFolder(const SweptFolder& folder, const std::set<std::string>& dead,
                           Tidied& tidied) const {
  ROOST_ASSIGN(auto there, disk::Examine(folder.path));
  if (!there) return Status::OK();
  ROOST_ASSIGN(auto names, disk::ListFolder(folder.path));
  for (const std::string& name : names) {
    const auto writer = WriterOf(name);
    if (!writer || !dead.contains(*writer) || IsOfPast(name)) continue;
    if (IsPartName(name)) {
      const Snapshot* table = folder.table;
      if (table == nullptr || table->live.contains(name) || table->removed.contains(name)) continue;
      ++tidied.parts;
    }
    ROOST_TRY(disk::RemoveTree(folder.path + "/" + name));
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
    if (name.starts_with("_roost/") || log.snapshot().version < 0) continue;
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
  const int64_t now = options_.now_ms(), before = now - options_.keep_log_ms;
  ROOST_TRY(log.WriteCheckpoint(writer_.name(), now - options_.keep_removals_ms));
  ++tidied.checkpoints;
  ROOST_ASSIGN(int64_t removed, log.CleanUp(last, before));
  tidied.commits += removed;
  return Status::OK();
}

}  // namespace roost::ledger
