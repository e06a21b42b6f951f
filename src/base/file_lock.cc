#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/disk_call.h"

namespace roost::disk {
namespace {

enum class Place { kAtPath, kElsewhere };

// A sweeper may unlink the file between our open and our lock: the lock would be on a file that
// nobody else can find.
Result<Place> PlaceOf(int descriptor, const std::string& path) {
  struct stat held, named;
  if (::fstat(descriptor, &held) != 0) return Failed("look at", path, errno);
  if (::stat(path.c_str(), &named) != 0) {
    if (errno == ENOENT) return Place::kElsewhere;
    return Failed("look at", path, errno);
  }
  const bool same = held.st_dev == named.st_dev && held.st_ino == named.st_ino;
  return same ? Place::kAtPath : Place::kElsewhere;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::TryLock(const std::string& path, Missing missing) {
  const bool create = missing == Missing::kCreate;
  return TryLock(path, O_RDWR | (create ? O_CREAT : 0), create);
}

Result<std::optional<FileLock>> FileLock::TryLockFolder(const std::string& path) {
  return TryLock(path, O_RDONLY | O_DIRECTORY, false);
}

Result<std::optional<FileLock>> FileLock::TryLock(const std::string& path, int flags, bool create) {
  for (;;) {
    const int64_t opened = CallSystem(create ? Call::kCreate : Call::kOpen, path, [&] {
      return ::open(path.c_str(), flags | O_CLOEXEC, 0644);
    });
    if (opened == -ENOENT && !create) return std::nullopt;
    if (opened < 0) return Failed("open", path, static_cast<int>(-opened));
    FileLock lock(static_cast<int>(opened), path);
    const int64_t locked =
        CallSystem(Call::kLock, path, [&] { return ::flock(lock.descriptor_, LOCK_EX | LOCK_NB); });
    if (locked == -EWOULDBLOCK) return std::nullopt;
    if (locked < 0) return Failed("lock", path, static_cast<int>(-locked));
    ROOST_ASSIGN(Place place, PlaceOf(lock.descriptor_, path));
    if (place == Place::kAtPath) return std::optional<FileLock>(std::move(lock));
  }
}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileLock::Note(std::string_view text) {
  return Try(Call::kWrite, "write to", path_,
             [&] { return ::pwrite(descriptor_, text.data(), text.size(), 0); })
      .status();
}

}  // namespace roost::disk
