#include "listen/peers.h"

#include <algorithm>

#include "base/disk_entry.h"
#include "ledger/writer.h"
#include "read/content_hash.h"

namespace roost::listen {

using disk::FileLock;

Result<Peers> Peers::Join(const std::string& output_dir) {
  const std::string folder = output_dir + "/_roost/listeners";
  ROOST_TRY(disk::MakeFolderIfMissing(folder).status());
  for (;;) {
    const std::string id = ledger::NewId();
    ROOST_ASSIGN(auto lock, FileLock::TryLock(folder + "/" + id, FileLock::Missing::kCreate));
    // Another may be looking just now whether it is dead.
    if (lock) return Peers(folder, id, *std::move(lock));
  }
}

Status Peers::Leave() { return disk::RemoveIfThere(lock_.path()).status(); }

Status Peers::Refresh() {
  ROOST_ASSIGN(const auto names, disk::ListFolder(folder_));
  size_t count = 0, rank = 0;
  for (const std::string& name : names) {
    if (name != id_) {
      const std::string path = folder_ + "/" + name;
      ROOST_ASSIGN(const auto lock, FileLock::TryLock(path, FileLock::Missing::kIsFine));
      if (lock) {
        ROOST_TRY(disk::RemoveIfThere(path).status());
        continue;
      }
    }
    if (name < id_) ++rank;
    ++count;
  }
  count_ = std::max<size_t>(count, 1);
  rank_ = rank;
  return Status::OK();
}

bool Peers::IsMine(const std::string& path) const {
  return read::HashOf(path.data(), path.size()).high % count_ == rank_ % count_;
}

}  // namespace roost::listen
