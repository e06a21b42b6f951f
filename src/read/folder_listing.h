// Lists the names in one folder, sorted, without looking at the files themselves.
//
// The kind of an entry comes with its name (d_type); only links, and entries of file systems that
// do not tell, cost a look. A million names take about half a second and 40 bytes each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::read {

enum class EntryKind : uint8_t {
  kFile,  // a regular file, or a link to one or to nothing
  kFolder,
  kLinkToFolder,
  kOther,  // pipe, socket, device
};

class FolderListing {
 public:
  static Result<FolderListing> Read(const std::string& path);

  struct Entry {
    uint64_t head;  // eight bytes of the name, for comparing
    uint64_t offset;
    uint32_t length;  // a folder's name ends with a slash
    EntryKind kind;
  };
  /// In the order of the paths they lead to: a folder stands where its name with a slash belongs,
  /// so that walking folders as they come gives a sorted list of files.
  const std::vector<Entry>& entries() const { return entries_; }
  std::string_view name(const Entry& entry) const {
    return std::string_view(names_).substr(entry.offset, entry.length);
  }

  uint64_t device() const { return device_; }
  uint64_t inode() const { return inode_; }

 private:
  void Add(std::string_view name, EntryKind kind);
  Status Fill(int fd, const std::string& path);
  void Sort();

  std::string names_;
  std::vector<Entry> entries_;
  uint64_t device_ = 0, inode_ = 0;
};

}  // namespace roost::read
