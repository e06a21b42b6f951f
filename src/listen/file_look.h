// Looks at a file: what it is, how long, when it was touched. Thread-safe.
#pragma once

#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/disk_entry.h"
#include "base/status.h"

namespace roost::listen {

struct FileLook {
  disk::Facts facts;       // of the file that a symbolic link leads to
  int64_t changed_ns = 0;  // its inode: by a rename, chmod or link as well
  bool is_regular = false;
  bool is_link = false;

  /// The same file with the same size and time. Its mode may have changed.
  bool HasContentOf(const FileLook& other) const {
    return facts.IsSameFileAs(other.facts) && facts.bytes == other.facts.bytes &&
           facts.modified_ns == other.facts.modified_ns;
  }
  /// When something last happened to it, in ns since 1970, by the clock of its disk.
  int64_t touched_ns() const { return std::max(facts.modified_ns, changed_ns); }
};

/// `name` is relative to the open folder `folder`; `path` is what messages say. Nothing if there is
/// no such file.
Result<std::optional<FileLook>> LookAt(int folder, const char* name, const std::string& path);
inline Result<std::optional<FileLook>> LookAt(const std::string& path) {
  return LookAt(AT_FDCWD, path.c_str(), path);
}
/// Of an open file: its path may lead elsewhere by now.
Result<FileLook> LookAtOpen(int descriptor, const std::string& path);

}  // namespace roost::listen
