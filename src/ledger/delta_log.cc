#include "ledger/delta_log.h"

#include <algorithm>
#include <cstdio>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/checkpoint.h"
#include "ledger/delta_json.h"
#include "ledger/delta_schema.h"

namespace roost::ledger {
namespace {

// The version that a name like 00000000000000000012.json begins with, -1 for other names.
int64_t VersionOf(const std::string& name, std::string_view ending) {
  if (name.size() != 20 + ending.size() || !name.ends_with(ending)) return -1;
  int64_t version = 0;
  for (size_t i = 0; i < 20; ++i) {
    if (name[i] < '0' || name[i] > '9' || version > (INT64_MAX - 9) / 10) return -1;
    version = version * 10 + (name[i] - '0');
  }
  return version;
}

constexpr std::string_view kCommitEnding = ".json";
constexpr std::string_view kCheckpointEnding = ".checkpoint.parquet";

Result<std::vector<int64_t>> VersionsIn(const std::string& folder, std::string_view ending) {
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  std::vector<int64_t> versions;
  for (const std::string& name : names)
    if (int64_t version = VersionOf(name, ending); version >= 0) versions.push_back(version);
  return versions;  // names are sorted, and so are these
}

}  // namespace

std::string CommitName(int64_t version) {
  char name[32];
  std::snprintf(name, sizeof name, "%020lld.json", static_cast<long long>(version));
  return name;
}

DeltaLog::DeltaLog(std::string top, std::string table)
    : top_(std::move(top)), folder_(top_ + "/" + table), log_folder_(folder_ + "/_delta_log") {}

Result<bool> DeltaLog::LoadCheckpoint(int64_t version) {
  ROOST_ASSIGN(auto read, ReadCheckpoint(log_folder_, version));
  if (!read) return false;
  ROOST_TRY(CheckSupport(read->protocol, read->metadata, folder_));
  snapshot_ = std::move(*read);
  checkpoint_version_ = version;
  return true;
}

// The hint may be old, or name a checkpoint that is gone; then the folder says what there is.
Status DeltaLog::Load() {
  snapshot_ = Snapshot();
  durable_version_ = checkpoint_version_ = -1;
  is_loaded_ = true;
  ROOST_ASSIGN(auto hint, ReadCheckpointHint(log_folder_));
  if (hint) {
    ROOST_ASSIGN(bool loaded, LoadCheckpoint(*hint));
    if (loaded) return Status::OK();
  }
  ROOST_ASSIGN(auto first, disk::Examine(log_folder_ + "/" + CommitName(0)));
  ROOST_ASSIGN(auto exists, disk::Examine(log_folder_));
  if (first || !exists) return Status::OK();
  ROOST_ASSIGN(auto versions, VersionsIn(log_folder_, kCheckpointEnding));
  for (size_t i = versions.size(); i-- > 0;) {
    ROOST_ASSIGN(bool loaded, LoadCheckpoint(versions[i]));
    if (loaded) return Status::OK();
  }
  ROOST_ASSIGN(auto commits, VersionsIn(log_folder_, kCommitEnding));
  // Version 0 may have come since it was looked for.
  if (commits.empty() || commits.front() == 0) return Status::OK();
  return Status::IOError(log_folder_, " begins at version ", commits.front(),
                         " and has no checkpoint that roost can read; restore the files that were "
                         "removed");
}

Result<bool> DeltaLog::ReadNext(const OnCommit& on_commit) {
  const int64_t next = snapshot_.version + 1;
  ROOST_ASSIGN(auto commit, CommitAt(next));
  if (!commit) return false;
  snapshot_.Apply(next, *commit);
  if (commit->protocol || commit->metadata)
    ROOST_TRY(CheckSupport(snapshot_.protocol, snapshot_.metadata, folder_));
  if (on_commit) ROOST_TRY(on_commit(next, *commit));
  return true;
}

// A process that slept for a week may look for a version that was cleaned up: then its own last
// version, which is older, is gone as well.
Status DeltaLog::CheckNotCleaned() {
  if (snapshot_.version < 0 || snapshot_.version == checkpoint_version_) return Status::OK();
  ROOST_ASSIGN(auto last, disk::Examine(log_folder_ + "/" + CommitName(snapshot_.version)));
  if (last) return Status::OK();
  is_loaded_ = false;
  return Status::OK();
}

Status DeltaLog::Refresh(const OnCommit& on_commit) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (!is_loaded_) ROOST_TRY(Load());
    for (;;) {
      ROOST_ASSIGN(bool more, ReadNext(on_commit));
      if (!more) break;
    }
    ROOST_TRY(CheckNotCleaned());
    if (!is_loaded_) continue;
    if (snapshot_.version > durable_version_) {
      ROOST_TRY(disk::SyncFolder(log_folder_));
      durable_version_ = snapshot_.version;
    }
    return Status::OK();
  }
  return Status::IOError(log_folder_, " loses commits while it is read; check what removes them");
}

Result<std::optional<Commit>> DeltaLog::CommitAt(int64_t version) const {
  const std::string path = log_folder_ + "/" + CommitName(version);
  ROOST_ASSIGN(auto text, disk::ReadIfThere(path));
  if (!text) return std::nullopt;
  ROOST_ASSIGN(Commit commit, ReadCommit(*text, path));
  return commit;
}

Result<bool> DeltaLog::Put(const Commit& commit, const std::string& writer) {
  const int64_t next = snapshot_.version + 1;
  // The first commit must not be durable before the folders above it are.
  if (next == 0) ROOST_TRY(disk::MakeFolders(top_, log_folder_));
  ROOST_ASSIGN(bool won,
               disk::PutIfAbsent(log_folder_, CommitName(next), WriteCommit(commit), writer));
  if (!won) return false;
  snapshot_.Apply(next, commit);
  durable_version_ = next;
  return true;
}

Result<Snapshot> DeltaLog::At(int64_t version) const {
  if (version == snapshot_.version) return snapshot_;
  DeltaLog past(top_, folder_.substr(top_.size() + 1));
  past.is_loaded_ = true;
  std::vector<int64_t> checkpoints;
  ROOST_ASSIGN(checkpoints, VersionsIn(log_folder_, kCheckpointEnding));
  for (size_t i = checkpoints.size(); i-- > 0;) {
    if (checkpoints[i] > version) continue;
    ROOST_ASSIGN(bool loaded, past.LoadCheckpoint(checkpoints[i]));
    if (loaded) break;
  }
  while (past.snapshot_.version < version) {
    ROOST_ASSIGN(bool more, past.ReadNext({}));
    if (!more)
      return Status::IOError(folder_, " has no version ", version,
                             " any more: its log was cleaned up; take a newer one");
  }
  return std::move(past.snapshot_);
}

Status DeltaLog::WriteCheckpoint(const std::string& writer, int64_t forget_before_ms) {
  Snapshot kept = snapshot_;
  for (auto it = kept.removed.begin(); it != kept.removed.end();) {
    bool forget = it->second.deleted_ms < forget_before_ms;
    if (forget) {
      ROOST_ASSIGN(auto file, disk::Examine(folder_ + "/" + DecodePath(it->first)));
      forget = !file;
    }
    it = forget ? kept.removed.erase(it) : std::next(it);
  }
  ROOST_TRY(ledger::WriteCheckpoint(log_folder_, kept, writer));
  snapshot_.removed = std::move(kept.removed);
  checkpoint_version_ = snapshot_.version;
  return Status::OK();
}

Result<int64_t> DeltaLog::CleanUp(int64_t last, int64_t before_ms) {
  last = std::min(last, checkpoint_version_ - 1);
  int64_t removed = 0;
  if (oldest_kept_ms_ >= before_ms) return removed;
  ROOST_ASSIGN(auto commits, VersionsIn(log_folder_, kCommitEnding));
  ROOST_ASSIGN(auto checkpoints, VersionsIn(log_folder_, kCheckpointEnding));
  int64_t kept_from = last + 1;
  for (int64_t version : commits) {
    if (version > last) break;
    const std::string path = log_folder_ + "/" + CommitName(version);
    ROOST_ASSIGN(auto facts, disk::Examine(path));
    kept_from = version;
    const int64_t modified_ms = facts ? facts->modified_ns / 1'000'000 : -1;
    if (modified_ms >= before_ms) {
      oldest_kept_ms_ = modified_ms;
      break;
    }
    kept_from = version + 1;
    ROOST_ASSIGN(bool gone, disk::RemoveIfThere(path));
    removed += gone;
  }
  // The newest checkpoint at or before what is kept is where readers of the oldest version begin.
  auto first_needed = std::upper_bound(checkpoints.begin(), checkpoints.end(), kept_from);
  if (first_needed == checkpoints.begin()) return removed;
  for (auto it = checkpoints.begin(); it != std::prev(first_needed); ++it)
    ROOST_TRY(disk::RemoveIfThere(log_folder_ + "/" + CheckpointName(*it)).status());
  return removed;
}

}  // namespace roost::ledger
