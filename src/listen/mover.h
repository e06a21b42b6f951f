// Moves files that were taken out of the input folder, so that none is lost and none counts twice.
//
// Between the moment a file was read and that of its move, its path may have come to lead to
// another, or the file may have grown. So a file is moved in two steps: Stage puts it aside, where
// only this process looks, and then the caller asks the store what lies there. If it is what was
// taken, Place gives it its name in the processed or failed folder; else it is input that has not
// been read yet, and is taken from where it lies. A name that is taken gets .2, .3, ...
//
//   IN/.roost-staging/<mover>.lock                 held while the mover lives
//   IN/.roost-staging/<mover>-<n>/processed/a/b.json   was IN/a/b.json
//
// What a dead mover left is adopted by the next. To another disk a file is copied and synced before
// it goes here. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/disk_entry.h"
#include "base/file_lock.h"
#include "base/status.h"

namespace roost::listen {

struct MoverOptions {
  std::string input_dir, processed_dir;
  std::string failed_dir;  // empty: processed_dir
};

enum class MoveTo : uint8_t { kProcessed, kFailed };

struct StagedFile {
  std::string path;  // where it lies
  std::string name;  // the path it had
  MoveTo to = MoveTo::kProcessed;
};

class Mover {
 public:
  /// Makes the folders. All of the input folder must be on one disk.
  static Result<std::unique_ptr<Mover>> Open(MoverOptions options);
  /// Removes what is empty, and gives up the lock.
  Status Close();

  /// Staged files of movers that are dead: they are this one's from now on.
  Result<std::vector<StagedFile>> Adopt();
  /// Nothing if the file is not there any more.
  Result<std::optional<StagedFile>> Stage(const std::string& path, MoveTo to);
  /// Gives the file its last name. On an error it stays staged: place it again.
  Status Place(const StagedFile& staged);
  /// Removes the sources of what was placed on other disks, once those are durable. Call it after
  /// the last Place of several.
  Status FinishPlacing();

  /// What is staged at `path`; nothing if nothing of this mover's is.
  std::optional<StagedFile> StagedAt(const std::string& path) const;
  const std::string& staging_dir() const { return staging_; }

 private:
  Mover(MoverOptions options, std::string id, disk::FileLock lock);
  const std::string& FolderOf(MoveTo to) const;
  std::string NextGeneration() { return staging_ + "/" + id_ + "-" + std::to_string(next_++); }
  Status MakeFolderOf(const std::string& path);
  Result<std::string> StagingPath(const std::string& below, MoveTo to);
  Status AdoptFolder(const std::string& folder, std::vector<StagedFile>& adopted);
  Status AdoptFiles(const std::string& folder, const std::string& below, MoveTo to,
                    std::vector<StagedFile>& adopted);
  Result<bool> IsOnInputsDisk(MoveTo to);
  Status PlaceHere(const std::string& path, const std::string& target);
  Status PlaceElsewhere(const StagedFile& staged, const std::string& target);
  /// Links `path` to the first free name. `may_be_done`: one that is there with the same content is
  /// its copy.
  Status LinkTo(const std::string& path, const std::string& target, bool may_be_done);

  MoverOptions options_;
  std::string staging_, id_;
  disk::FileLock lock_;
  std::string generation_;  // the staging folder at hand
  uint64_t next_ = 0, next_copy_ = 0;
  std::unordered_set<std::string> staged_;   // paths
  std::unordered_set<std::string> adopted_;  // of those, the ones that another had staged
  std::unordered_set<std::string> folders_;  // that are known to be there
  std::optional<bool> is_on_inputs_disk_[2];
  std::set<std::string> unsynced_;   // folders on other disks
  std::vector<std::string> copied_;  // sources, to be removed
};

}  // namespace roost::listen
