// Owns an open file and puts what the system says of it into words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/status.h"

namespace roost::read {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  /// Opens for reading; `name` is relative to the folder `folder` (AT_FDCWD: the current one),
  /// `path` is what a message calls it. "-" is standard input, which is never closed.
  static Result<Descriptor> Open(int folder, const char* name, const std::string& path);
  /// The same, but a named pipe is opened before it has a writer; poll tells when there is one.
  static Result<Descriptor> OpenPipe(const std::string& path);
  static Result<Descriptor> OpenFolder(const std::string& path);

  int get() const { return fd_; }

 private:
  static Result<Descriptor> OpenWith(int flags, int folder, const char* name,
                                     const std::string& path);

  int fd_ = -1;
};

/// Reads up to `room` bytes, again when interrupted; 0 is the end.
Result<size_t> ReadSome(int fd, char* to, size_t room, const std::string& path);

/// What the system knows of an open file.
struct FileState {
  uint64_t bytes = 0;       // 0 for pipes
  int64_t modified_ns = 0;  // since 1970
  uint64_t device = 0, inode = 0;
  int64_t born_ns = -1;  // -1 where the file system does not know
  bool is_regular = false;
};
/// A folder is an error: it cannot be read as a file.
Result<FileState> LookAt(int fd, const std::string& path);

/// "cannot <verb> 'path': reason; what to do", for the current errno.
Status SystemFault(const char* verb, const std::string& path);

}  // namespace roost::read
