// Follows and extends the log of one Delta table (`_delta_log`).
//
// A log is read forward: the newest checkpoint, then one commit after the other until a version is
// missing, which is the version to put next. What was read is made durable before anybody can act
// on it (the folder is synced), since a commit of another writer may be visible and not yet on
// disk. Put goes on from exactly what the last Refresh read: never from another look at the folder.
// One thread at a time. docs/formats/store.md has the rules and why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/status.h"
#include "ledger/delta_action.h"

namespace roost::ledger {

/// What a commit's file is called in the log.
std::string CommitName(int64_t version);

class DeltaLog {
 public:
  /// Called for each commit that Refresh or Put adds; not for those inside a checkpoint.
  using OnCommit = std::function<Status(int64_t version, const Commit&)>;

  /// `top` is the store's folder, which exists; `table` the table's folder below it.
  DeltaLog(std::string top, std::string table);

  /// Reads what is new, to the end, and makes it durable. A table without a log is at version -1.
  Status Refresh(const OnCommit& on_commit = {});
  const Snapshot& snapshot() const { return snapshot_; }

  /// Puts `commit` as the version after snapshot(), unless another has put one. True: it is there
  /// and durable, and snapshot() has it. False: Refresh, and decide anew.
  Result<bool> Put(const Commit& commit, const std::string& writer);

  /// The table as it was; an error if the log no longer reaches back so far.
  Result<Snapshot> At(int64_t version) const;
  /// Nothing if there is no such version, or no longer.
  Result<std::optional<Commit>> CommitAt(int64_t version) const;

  /// Writes snapshot() as a checkpoint, in which removals older than `forget_before_ms` and gone
  /// from disk are missing.
  Status WriteCheckpoint(const std::string& writer, int64_t forget_before_ms);
  int64_t checkpoint_version() const { return checkpoint_version_; }
  /// Removes commits before the newest checkpoint, up to and with `last`, that are older than
  /// `before_ms`, oldest first. How many. The folder is not listed again before one is so old.
  Result<int64_t> CleanUp(int64_t last, int64_t before_ms);

  const std::string& folder() const { return folder_; }  // of the table
  const std::string& log_folder() const { return log_folder_; }

 private:
  Status Load();
  Result<bool> LoadCheckpoint(int64_t version);
  Result<bool> ReadNext(const OnCommit& on_commit);
  Status CheckNotCleaned();

  std::string top_, folder_, log_folder_;
  Snapshot snapshot_;
  bool is_loaded_ = false;
  int64_t durable_version_ = -1;     // up to here the folder was synced since we saw it
  int64_t checkpoint_version_ = -1;  // newest that is known
  int64_t oldest_kept_ms_ = -1;      // time of the oldest commit that CleanUp left
};

}  // namespace roost::ledger
