#include "store/durable.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/disk.h"
#include "base/disk_entry.h"

namespace roost::store {
namespace {

struct Entry {
  std::string path;
  bool is_folder;
};

using Inodes = std::set<std::pair<uint64_t, uint64_t>>;

/// A file with several names is collected once.
Status Collect(const std::string& folder, std::vector<Entry>& entries, Inodes& seen) {
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    std::string path = folder + "/" + name;
    ROOST_ASSIGN(auto link, disk::ReadSymlink(path));
    if (link) continue;  // nothing but a name, which its folder has
    ROOST_ASSIGN(auto facts, disk::Examine(path));
    if (!facts) continue;
    if (facts->is_folder) {
      ROOST_TRY(Collect(path, entries, seen));
    } else if (facts->links == 1 || seen.insert({facts->device, facts->inode}).second) {
      entries.push_back({std::move(path), false});
    }
  }
  entries.push_back({folder, true});
  return Status::OK();
}

Status SyncEntry(const Entry& entry) {
  if (entry.is_folder) return disk::SyncFolder(entry.path);
  ROOST_ASSIGN(disk::File file, disk::File::OpenForUpdate(entry.path));
  ROOST_TRY(file.Sync());
  return file.Close();
}

}  // namespace

Status SyncTree(const std::string& folder) {
  constexpr size_t kThreads = 16;
  std::vector<Entry> entries;
  Inodes seen;
  ROOST_TRY(Collect(folder, entries, seen));
  std::vector<Status> states(entries.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < entries.size();) states[i] = SyncEntry(entries[i]);
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min(kThreads, entries.size()); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  for (const Status& state : states) ROOST_TRY(state);
  return Status::OK();
}

}  // namespace roost::store
