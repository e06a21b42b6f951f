// Puts files and folders on disk: the one seam through which roost writes.
//
// Interrupted calls are taken up again and short writes finished. Every failure is an IOError that
// names the path, the system's reason and what to do. Tests put a hook before the system calls, to
// see what is done when a disk is full or a folder vanishes. Functions may be called from any
// thread; a File belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::disk {

/// An open file. Closed by the destructor too, but then failures go unseen.
class File {
 public:
  /// Makes a new file; one that exists already is an error.
  static Result<File> Create(const std::string& path);
  /// Opens an existing file for reading and writing.
  static Result<File> OpenForUpdate(const std::string& path);
  static Result<File> OpenForReading(const std::string& path);
  /// Makes a file without a name on the disk of `folder`: gone when closed, or with the process.
  static Result<File> CreateNameless(const std::string& folder);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  /// Writes all of `bytes` where the last Write ended.
  Status Write(std::string_view bytes);
  Status WriteAt(uint64_t offset, std::string_view bytes);
  /// Reads exactly `size` bytes; fewer in the file is an error.
  Status ReadAt(uint64_t offset, void* to, size_t size) const;
  /// Forgets what is behind `bytes`.
  Status Truncate(uint64_t bytes);
  Status Sync();
  /// Lets the disk begin with what a later Sync must wait for.
  void StartSync() const;
  Status Close();

  const std::string& path() const { return path_; }

 private:
  friend class Folder;
  File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  static Result<File> Open(const std::string& path, int flags, const char* verb);

  int descriptor_ = -1;
  uint64_t position_ = 0;
  std::string path_;
};

/// A folder held open, into which many small files are put. Thread-safe.
class Folder {
 public:
  static Result<Folder> Open(const std::string& path);

  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  /// Puts a file there that has its name only once it is complete; an older one gives way. When it
  /// fails, nothing is left of the new one.
  Status Put(const std::string& name, std::string_view bytes) const;

  const std::string& path() const { return path_; }

 private:
  Folder(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Result<bool> PutNameless(const std::string& name, std::string_view bytes) const;
  Status PutRenamed(const std::string& name, std::string_view bytes) const;

  int descriptor_ = -1;
  std::string path_;
};

enum class EntryKind : uint8_t { kMissing, kFolder, kOther };

Result<EntryKind> Look(const std::string& path);
/// Names in a folder, without . and .., sorted.
Result<std::vector<std::string>> ListFolder(const std::string& path);

/// Makes one folder, whose parent must exist.
Status MakeFolder(const std::string& path);
/// Moves a file or folder; an existing file, or empty folder, at `to` gives way.
Status Rename(const std::string& from, const std::string& to);
/// Lets two entries change places in one step. Not every file system can: NotImplemented then.
Status Exchange(const std::string& one, const std::string& other);
/// Makes the names in a folder survive a power cut.
Status SyncFolder(const std::string& path);
/// While it lives, nothing below `folder` is synced: the folder is private, and is synced as a
/// whole (store/durable.h) before it gets the name under which others find it. Thread-safe.
class SyncLater {
 public:
  explicit SyncLater(const std::string& folder);
  SyncLater(const SyncLater&) = delete;
  SyncLater& operator=(const SyncLater&) = delete;
  ~SyncLater();

 private:
  std::string prefix_;
};
Status RemoveFile(const std::string& path);
/// Removes a folder that must be empty.
Status RemoveFolder(const std::string& path);
/// Removes a file or a folder with all that is in it; follows no link. Missing is fine.
Status RemoveTree(const std::string& path);

/// What a test makes of one system call: fail with `error`, or write `at_most` bytes of it. `after`
/// fails although the call was done, as a disk does that loses its answer; not every call knows it.
struct Fault {
  int error = 0;
  size_t at_most = SIZE_MAX;
  bool after = false;
};
enum class Call : uint8_t {
  kOpen,
  kCreate,
  kRead,
  kWrite,
  kTruncate,
  kSync,
  kClose,
  kRename,
  kExchange,
  kRemove,
  kMakeFolder,
  kList,
  kLink,
  kSymlink,
  kLock
};
/// Whether a call may leave the disk different; the others only look.
constexpr bool ChangesDisk(Call call) {
  return call != Call::kOpen && call != Call::kRead && call != Call::kClose &&
         call != Call::kList && call != Call::kLock;
}
using FaultHook = std::function<Fault(Call, const std::string& path)>;
/// For tests: asks `hook` before each system call; an empty one ends that. Not while others write.
void SetFaultHook(FaultHook hook);

}  // namespace roost::disk
