#include "store/durable.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/disk.h"

namespace roost::store {
namespace {

struct Entry {
  std::string path;
  bool is_folder;
};

Status Collect(const std::string& folder, std::vector<Entry>& entries) {
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  for (const std::string& name : names) {
    std::string path = folder + "/" + name;
    ROOST_ASSIGN(disk::EntryKind kind, disk::Look(path));
    if (kind == disk::EntryKind::kFolder) {
      ROOST_TRY(Collect(path, entries));
    } else {
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
  ROOST_TRY(Collect(folder, entries));
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
