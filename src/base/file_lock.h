// Holds a kernel lock (flock) on a file or folder: gone when closed, and with the process, however
// it ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace roost::disk {

class FileLock {
 public:
  enum class Missing { kCreate, kIsFine };

  /// Locks the file at `path`. Nothing if another holds it, or if (kIsFine) there is no such file.
  /// The file that is locked is the one at `path`: not one that was removed meanwhile.
  static Result<std::optional<FileLock>> TryLock(const std::string& path, Missing missing);

  /// The same for a folder that is there; a lock stays with it when it is renamed.
  static Result<std::optional<FileLock>> TryLockFolder(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

  /// Writes `text` into the file, for people.
  Status Note(std::string_view text);
  const std::string& path() const { return path_; }

 private:
  static Result<std::optional<FileLock>> TryLock(const std::string& path, int flags, bool create);
  FileLock(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_ = -1;
  std::string path_;
};

}  // namespace roost::disk
