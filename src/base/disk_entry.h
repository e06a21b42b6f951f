// Looks at, links and names entries of folders: what writers need that share a folder.
//
// Where another process may have been first, that is an outcome and no error. Part of the disk
// seam: the tests' hook sees every call. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/disk.h"

namespace roost::disk {

/// What the system knows of a file. Times are nanoseconds since 1970.
struct Facts {
  uint64_t device = 0, inode = 0, bytes = 0, links = 0;
  int64_t modified_ns = 0;
  int64_t born_ns = -1;  // -1 where the file system does not know
  uint32_t mode = 0;     // permission bits
  bool is_folder = false;

  bool operator==(const Facts&) const = default;
  bool IsSameFileAs(const Facts& other) const {
    return device == other.device && inode == other.inode && born_ns == other.born_ns;
  }
};

/// Follows links; nothing if there is no such file.
Result<std::optional<Facts>> Examine(const std::string& path);

/// All bytes of a file; nothing if there is no such file.
Result<std::optional<std::string>> ReadIfThere(const std::string& path);

enum class LinkOutcome : uint8_t { kLinked, kTaken, kMissing };
/// Gives the file `from` the further name `to`. kTaken: something else has that name. kMissing: no
/// `from`. Where the system's answer may be wrong (NFS), the two files are compared.
Result<LinkOutcome> Link(const std::string& from, const std::string& to);

/// Makes `path` a symbolic link to `target`; an existing entry is an error.
Status MakeSymlink(const std::string& target, const std::string& path);
/// Where the symbolic link leads; nothing if there is none.
Result<std::optional<std::string>> ReadSymlink(const std::string& path);

/// False if it was there already.
Result<bool> MakeFolderIfMissing(const std::string& path);
/// Makes what is missing of `path` below `top`, which exists, and syncs the folders above each,
/// even where others made them, so that all of it survives a power cut.
Status MakeFolders(const std::string& top, const std::string& path);

/// False, and nothing is done, if a folder with something in it is at `to`.
Result<bool> RenameFolderIfAbsent(const std::string& from, const std::string& to);
/// Moves a file; an existing one at `to` gives way. False if there was none at `from`.
Result<bool> RenameIfThere(const std::string& from, const std::string& to);
/// Makes the new file `to` with the bytes and the time of change of `from`, and syncs it.
Status CopyFile(const std::string& from, const std::string& to);
/// False if there was no such file.
Result<bool> RemoveIfThere(const std::string& path);

/// Puts `bytes` under `name` into `folder`, whole or not at all, replacing what had it; survives a
/// power cut. `writer` makes the temporary name `.<name>.<writer>.tmp` unique.
Status Replace(const std::string& folder, const std::string& name, std::string_view bytes,
               const std::string& writer);
/// The same for a file by its path, where no writer has a name: the process's number is taken.
Status ReplaceFile(const std::string& path, std::string_view bytes);
/// The same, but false, and nothing is done, if the name is taken.
Result<bool> PutIfAbsent(const std::string& folder, const std::string& name, std::string_view bytes,
                         const std::string& writer);

}  // namespace roost::disk
