#include "read/folder_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "read/descriptor.h"

namespace roost::read {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

uint64_t Head(std::string_view name) {
  unsigned char bytes[8] = {};
  std::memcpy(bytes, name.data(), std::min<size_t>(name.size(), 8));
  uint64_t head = 0;
  for (unsigned char byte : bytes) head = head << 8 | byte;
  return head;
}

EntryKind LookAtEntry(int folder, const char* name, bool is_link) {
  struct stat found;
  if (::fstatat(folder, name, &found, 0) != 0) return EntryKind::kFile;  // opening it will tell why
  if (S_ISDIR(found.st_mode)) return is_link ? EntryKind::kLinkToFolder : EntryKind::kFolder;
  return S_ISREG(found.st_mode) ? EntryKind::kFile : EntryKind::kOther;
}

EntryKind KindOf(int folder, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return EntryKind::kFile;
    case DT_DIR:
      return EntryKind::kFolder;
    case DT_LNK:
      return LookAtEntry(folder, entry.d_name, true);
    case DT_UNKNOWN: {
      struct stat found;
      const bool is_link = ::fstatat(folder, entry.d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
                           S_ISLNK(found.st_mode);
      return LookAtEntry(folder, entry.d_name, is_link);
    }
    default:
      return EntryKind::kOther;
  }
}

}  // namespace

void FolderListing::Add(std::string_view name, EntryKind kind) {
  const uint64_t offset = names_.size();
  names_.append(name);
  if (kind == EntryKind::kFolder) names_.push_back('/');
  const std::string_view kept = std::string_view(names_).substr(offset);
  entries_.push_back({0, offset, static_cast<uint32_t>(kept.size()), kind});
}

Status FolderListing::Fill(int fd, const std::string& path) {
  struct stat found;
  if (::fstat(fd, &found) == 0) {
    device_ = found.st_dev;
    inode_ = found.st_ino;
  }
  std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(fd));
  if (!folder) return SystemFault("read the folder", path);
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (!entry) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") Add(name, KindOf(fd, *entry));
  }
  return errno == 0 ? Status::OK() : SystemFault("read the folder", path);
}

/// Sorts by name. Names of one job's files begin alike, so the bytes that are compared first are
/// those behind what all names share.
void FolderListing::Sort() {
  if (entries_.empty()) return;
  std::string_view first = name(entries_.front());
  size_t shared = first.size();
  for (const Entry& entry : entries_) {
    const std::string_view other = name(entry);
    shared = std::min(shared, other.size());
    while (std::memcmp(first.data(), other.data(), shared) != 0) --shared;
  }
  for (Entry& entry : entries_) entry.head = Head(name(entry).substr(shared));
  std::sort(entries_.begin(), entries_.end(), [&](const Entry& a, const Entry& b) {
    return a.head != b.head ? a.head < b.head : name(a) < name(b);
  });
}

Result<FolderListing> FolderListing::Read(const std::string& path) {
  FolderListing listing;
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemFault("read the folder", path);
  ROOST_TRY(listing.Fill(fd, path));
  listing.Sort();
  return listing;
}

}  // namespace roost::read
