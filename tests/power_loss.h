// Pretends that the power fails: knows from the disk seam what a process has synced, and builds the
// folder that may be found afterwards.
//
// What was not synced is there, or not, by chance: bytes of files, names in folders. Harsher than a
// file system with a journal, which keeps the order of names. Needs a file system that uses no
// inode twice (tmpfs).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "base/disk.h"

namespace roost::testing {

class PowerLoss {
 public:
  explicit PowerLoss(std::string folder) : folder_(std::move(folder)) {}

  /// What is there now has long been on disk.
  void SeeAllSynced();
  /// To be called before each system call, in its hook, by any thread.
  void See(disk::Call call, const std::string& path);
  /// Copies to the empty folder `to` what is left.
  void Leave(const std::string& to, uint64_t seed);

 private:
  struct Entry {
    uint64_t inode = 0;
    bool is_folder = false;
    std::string link;  // where a symbolic link leads
    bool operator==(const Entry&) const = default;
  };
  using Names = std::map<std::string, Entry>;

  static Names NamesIn(const std::string& path);
  void FindPaths(const std::string& path);
  void LeaveFolder(uint64_t inode, const std::string& to);
  void LeaveFile(uint64_t inode, const std::string& to);
  bool Toss() { return random_() & 1; }

  std::string folder_;
  std::mutex mutex_;
  std::map<uint64_t, Names> synced_names_;        // by the folder's inode
  std::map<uint64_t, std::string> synced_bytes_;  // by the file's
  std::map<uint64_t, std::string> paths_;         // as it is when the power fails
  std::map<uint64_t, std::string> left_;          // files that have a name already: for hard links
  std::mt19937_64 random_;
};

}  // namespace roost::testing
