#include "read/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace roost::read {
namespace {

const char* WhatToDo(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "; check its name, or whether it was moved away meanwhile";
    case EACCES:
    case EPERM:
      return "; make it readable for this user, or leave it out";
    case ELOOP:
      return "; it is a link that leads to itself: remove it";
    case EISDIR:
      return "; name a file, or its folder as a whole";
    case EMFILE:
    case ENFILE:
      return "; raise the limit of open files (ulimit -n)";
    case EIO:
    case ESTALE:
      return "; check the disk or the server it is on, and run again";
    default:
      return "";
  }
}

}  // namespace

Status SystemFault(const char* verb, const std::string& path) {
  const int error = errno;
  return Status::IOError("cannot ", verb, " '", path, "': ", std::strerror(error), WhatToDo(error));
}

Descriptor::~Descriptor() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

Result<Descriptor> Descriptor::Open(int folder, const char* name, const std::string& path) {
  return OpenWith(O_RDONLY, folder, name, path);
}

Result<Descriptor> Descriptor::OpenPipe(const std::string& path) {
  return OpenWith(O_RDONLY | O_NONBLOCK, AT_FDCWD, path.c_str(), path);
}

Result<Descriptor> Descriptor::OpenFolder(const std::string& path) {
  return OpenWith(O_RDONLY | O_DIRECTORY, AT_FDCWD, path.c_str(), path);
}

Result<Descriptor> Descriptor::OpenWith(int flags, int folder, const char* name,
                                        const std::string& path) {
  if (path == "-") return Descriptor(STDIN_FILENO);
  for (;;) {
    int fd = ::openat(folder, name, flags | O_CLOEXEC | O_NOCTTY);
    // A program that was started with standard input closed must not get a file under its number.
    if (fd == STDIN_FILENO) {
      fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
      ::close(STDIN_FILENO);
    }
    if (fd >= 0) return Descriptor(fd);
    if (errno != EINTR) return SystemFault("open", path);
  }
}

Result<size_t> ReadSome(int fd, char* to, size_t room, const std::string& path) {
  for (;;) {
    const ssize_t count = ::read(fd, to, room);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return SystemFault("read", path);
  }
}

namespace {

int64_t Nanoseconds(const statx_timestamp& time) {
  return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

}  // namespace

Result<FileState> LookAt(int fd, const std::string& path) {
  struct statx found;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &found) != 0)
    return SystemFault("look at", path);
  if (S_ISDIR(found.stx_mode)) {
    errno = EISDIR;
    return SystemFault("read", path);
  }
  FileState state;
  state.is_regular = S_ISREG(found.stx_mode);
  state.bytes = state.is_regular ? found.stx_size : 0;
  state.modified_ns = Nanoseconds(found.stx_mtime);
  state.device = static_cast<uint64_t>(found.stx_dev_major) << 32 | found.stx_dev_minor;
  state.inode = found.stx_ino;
  if (found.stx_mask & STATX_BTIME) state.born_ns = Nanoseconds(found.stx_btime);
  return state;
}

}  // namespace roost::read
