#include "listen/file_look.h"

#include <sys/stat.h>

#include <cerrno>

#include "read/descriptor.h"

namespace roost::listen {
namespace {

int64_t Nanoseconds(const struct statx_timestamp& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

FileLook LookOf(const struct statx& found) {
  FileLook look;
  look.facts.device = uint64_t{found.stx_dev_major} << 32 | found.stx_dev_minor;
  look.facts.inode = found.stx_ino;
  look.facts.bytes = found.stx_size;
  look.facts.links = found.stx_nlink;
  look.facts.modified_ns = Nanoseconds(found.stx_mtime);
  if (found.stx_mask & STATX_BTIME) look.facts.born_ns = Nanoseconds(found.stx_btime);
  look.facts.mode = found.stx_mode & 07777;
  look.facts.is_folder = S_ISDIR(found.stx_mode);
  look.changed_ns = Nanoseconds(found.stx_ctime);
  look.is_regular = S_ISREG(found.stx_mode);
  return look;
}

int Ask(int folder, const char* name, int flags, struct statx& found) {
  return ::statx(folder, name, flags, STATX_BASIC_STATS | STATX_BTIME, &found);
}

}  // namespace

Result<std::optional<FileLook>> LookAt(int folder, const char* name, const std::string& path) {
  struct statx found{};
  int failed = Ask(folder, name, AT_SYMLINK_NOFOLLOW, found);
  const bool is_link = failed == 0 && S_ISLNK(found.stx_mode);
  if (is_link) failed = Ask(folder, name, 0, found);
  if (failed == 0) {
    FileLook look = LookOf(found);
    look.is_link = is_link;
    return look;
  }
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return read::SystemFault("look at", path);
}

Result<FileLook> LookAtOpen(int descriptor, const std::string& path) {
  struct statx found{};
  if (Ask(descriptor, "", AT_EMPTY_PATH, found) != 0) return read::SystemFault("look at", path);
  return LookOf(found);
}

}  // namespace roost::listen
