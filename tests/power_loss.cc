#include "tests/power_loss.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace roost::testing {
namespace {

namespace fs = std::filesystem;

uint64_t InodeOf(const std::string& path) {
  struct stat facts;
  return ::lstat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace

// Other threads may take names away meanwhile: those were not there then.
PowerLoss::Names PowerLoss::NamesIn(const std::string& path) {
  Names names;
  for (const auto& entry : fs::directory_iterator(path)) {
    std::error_code error;
    const bool is_link = entry.is_symlink(error);
    const std::string link = is_link ? fs::read_symlink(entry.path(), error).string() : "";
    const Entry found{InodeOf(entry.path()), !is_link && entry.is_directory(error), link};
    if (!error && found.inode != 0) names[entry.path().filename()] = found;
  }
  return names;
}

void PowerLoss::See(disk::Call call, const std::string& path) {
  if (call != disk::Call::kSync || !path.starts_with(folder_)) return;
  std::lock_guard lock(mutex_);
  if (fs::is_directory(path)) {
    synced_names_[InodeOf(path)] = NamesIn(path);
  } else {
    synced_bytes_[InodeOf(path)] = BytesOf(path);
  }
}

void PowerLoss::SeeAllSynced() {
  See(disk::Call::kSync, folder_);
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (!entry.is_symlink()) See(disk::Call::kSync, entry.path());
}

void PowerLoss::FindPaths(const std::string& path) {
  paths_[InodeOf(path)] = path;
  for (const auto& [name, entry] : NamesIn(path)) {
    if (entry.is_folder) {
      FindPaths(path + "/" + name);
    } else {
      paths_[entry.inode] = path + "/" + name;
    }
  }
}

void PowerLoss::Leave(const std::string& to, uint64_t seed) {
  random_.seed(seed);
  paths_.clear();
  left_.clear();
  FindPaths(folder_);
  LeaveFolder(InodeOf(folder_), to);
}

void PowerLoss::LeaveFolder(uint64_t inode, const std::string& to) {
  fs::create_directory(to);
  const Names synced = synced_names_[inode];
  Names left = synced;
  if (paths_.contains(inode)) {
    const Names now = NamesIn(paths_[inode]);
    for (const auto& [name, entry] : now)
      if ((!synced.contains(name) || synced.at(name) != entry) && Toss()) left[name] = entry;
    for (const auto& [name, entry] : synced)
      if (!now.contains(name) && Toss()) left.erase(name);
  }
  for (const auto& [name, entry] : left) {
    const std::string path = to + "/" + name;
    if (entry.is_folder) {
      LeaveFolder(entry.inode, path);
    } else if (!entry.link.empty()) {
      fs::create_symlink(entry.link, path);
    } else {
      LeaveFile(entry.inode, path);
    }
  }
}

void PowerLoss::LeaveFile(uint64_t inode, const std::string& to) {
  if (auto first = left_.find(inode); first != left_.end()) {
    fs::create_hard_link(first->second, to);
    return;
  }
  std::string bytes = synced_bytes_[inode];
  if (paths_.contains(inode)) {
    std::string now = BytesOf(paths_[inode]);
    if (now != bytes && Toss())
      bytes = now.substr(0, Toss() ? now.size() : random_() % (now.size() + 1));
  }
  std::ofstream(to, std::ios::binary) << bytes;
  left_[inode] = to;
}

}  // namespace roost::testing
