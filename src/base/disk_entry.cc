#include "base/disk_entry.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/disk_call.h"

namespace roost::disk {
namespace {

constexpr uint64_t kCopyBytes = 1 << 20;

int64_t Nanoseconds(const struct statx_timestamp& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

Facts FactsOf(const struct statx& found) {
  Facts facts;
  facts.device = static_cast<uint64_t>(found.stx_dev_major) << 32 | found.stx_dev_minor;
  facts.inode = found.stx_ino;
  facts.bytes = found.stx_size;
  facts.links = found.stx_nlink;
  facts.modified_ns = Nanoseconds(found.stx_mtime);
  if (found.stx_mask & STATX_BTIME) facts.born_ns = Nanoseconds(found.stx_btime);
  facts.mode = found.stx_mode & 07777;
  facts.is_folder = S_ISDIR(found.stx_mode);
  return facts;
}

std::string TemporaryName(const std::string& folder, const std::string& name,
                          const std::string& writer) {
  return folder + "/." + name + "." + writer + ".tmp";
}

// What an earlier try of this writer left behind gives way.
Status WriteTemporary(const std::string& path, std::string_view bytes) {
  ROOST_TRY(RemoveIfThere(path).status());
  ROOST_ASSIGN(File file, File::Create(path));
  ROOST_TRY(file.Write(bytes));
  ROOST_TRY(file.Sync());
  return file.Close();
}

Status Missing(const std::string& path) {
  return Status::IOError("cannot name ", path,
                         ": it is gone; check that nothing removes files there meanwhile");
}

}  // namespace

Result<std::optional<Facts>> Examine(const std::string& path) {
  struct statx found;
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &found) == 0)
    return FactsOf(found);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return Failed("look at", path, errno);
}

Result<std::optional<std::string>> ReadIfThere(const std::string& path) {
  const int64_t descriptor =
      CallSystem(Call::kOpen, path, [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor == -ENOENT || descriptor == -ENOTDIR) return std::nullopt;
  if (descriptor < 0) return Failed("open", path, static_cast<int>(-descriptor));
  std::string bytes;
  char piece[1 << 16];
  int64_t got;
  do {
    got = CallSystem(Call::kRead, path,
                     [&] { return ::read(static_cast<int>(descriptor), piece, sizeof piece); });
    if (got > 0) bytes.append(piece, static_cast<size_t>(got));
  } while (got > 0);
  ::close(static_cast<int>(descriptor));
  if (got < 0) return Failed("read", path, static_cast<int>(-got));
  return bytes;
}

Result<LinkOutcome> Link(const std::string& from, const std::string& to) {
  const int64_t result =
      CallSystem(Call::kLink, to, [&] { return ::link(from.c_str(), to.c_str()); });
  if (result == 0) return LinkOutcome::kLinked;
  if (result == -ENOENT) return LinkOutcome::kMissing;
  ROOST_ASSIGN(auto source, Examine(from));
  ROOST_ASSIGN(auto target, Examine(to));
  if (source && target && source->IsSameFileAs(*target)) return LinkOutcome::kLinked;
  if (result == -EEXIST) return LinkOutcome::kTaken;
  return Failed("link", to, static_cast<int>(-result));
}

Status MakeSymlink(const std::string& target, const std::string& path) {
  return Try(Call::kSymlink, "link", path, [&] { return ::symlink(target.c_str(), path.c_str()); })
      .status();
}

Result<std::optional<std::string>> ReadSymlink(const std::string& path) {
  std::string target(4096, '\0');
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  if (size < 0) {
    if (errno == ENOENT || errno == EINVAL || errno == ENOTDIR) return std::nullopt;
    return Failed("look at", path, errno);
  }
  target.resize(static_cast<size_t>(size));
  return target;
}

Result<bool> MakeFolderIfMissing(const std::string& path) {
  const int64_t result =
      CallSystem(Call::kMakeFolder, path, [&] { return ::mkdir(path.c_str(), 0755); });
  if (result == 0) return true;
  if (result == -EEXIST) return false;
  return Failed("make folder", path, static_cast<int>(-result));
}

Status MakeFolders(const std::string& top, const std::string& path) {
  for (size_t begin = top.size() + 1; begin < path.size();) {
    size_t end = path.find('/', begin);
    if (end == std::string::npos) end = path.size();
    ROOST_TRY(MakeFolderIfMissing(path.substr(0, end)).status());
    ROOST_TRY(SyncFolder(path.substr(0, begin - 1)));
    begin = end + 1;
  }
  return Status::OK();
}

Result<bool> RenameFolderIfAbsent(const std::string& from, const std::string& to) {
  const int64_t result =
      CallSystem(Call::kRename, to, [&] { return ::rename(from.c_str(), to.c_str()); });
  if (result == 0) return true;
  if (result == -EEXIST || result == -ENOTEMPTY) return false;
  return Failed("rename to", to, static_cast<int>(-result));
}

Result<bool> RenameIfThere(const std::string& from, const std::string& to) {
  const int64_t result =
      CallSystem(Call::kRename, to, [&] { return ::rename(from.c_str(), to.c_str()); });
  if (result == 0) return true;
  if (result == -ENOENT) {
    ROOST_ASSIGN(const auto source, Examine(from));
    if (!source) return false;
  }
  return Failed("rename to", to, static_cast<int>(-result));
}

Status CopyFile(const std::string& from, const std::string& to) {
  ROOST_ASSIGN(const auto facts, Examine(from));
  if (!facts) return Failed("read", from, ENOENT);
  ROOST_ASSIGN(File source, File::OpenForReading(from));
  ROOST_ASSIGN(File copy, File::Create(to));
  std::string piece;
  for (uint64_t at = 0; at < facts->bytes; at += piece.size()) {
    piece.resize(std::min<uint64_t>(kCopyBytes, facts->bytes - at));
    ROOST_TRY(source.ReadAt(at, piece.data(), piece.size()));
    ROOST_TRY(copy.Write(piece));
  }
  const timespec time = {facts->modified_ns / 1'000'000'000, facts->modified_ns % 1'000'000'000};
  const timespec times[] = {time, time};
  ROOST_TRY(Try(Call::kWrite, "set the time of", to, [&] {
              return ::utimensat(AT_FDCWD, to.c_str(), times, 0);
            }).status());
  ROOST_TRY(copy.Sync());
  return copy.Close();
}

Result<bool> RemoveIfThere(const std::string& path) {
  const int64_t result = CallSystem(Call::kRemove, path, [&] { return ::unlink(path.c_str()); });
  if (result == 0) return true;
  if (result == -ENOENT || result == -ENOTDIR) return false;
  return Failed("remove", path, static_cast<int>(-result));
}

Status Replace(const std::string& folder, const std::string& name, std::string_view bytes,
               const std::string& writer) {
  const std::string temporary = TemporaryName(folder, name, writer);
  ROOST_TRY(WriteTemporary(temporary, bytes));
  ROOST_TRY(Rename(temporary, folder + "/" + name));
  return SyncFolder(folder);
}

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return Replace(folder, path.substr(slash + 1), bytes, std::to_string(::getpid()));
}

Result<bool> PutIfAbsent(const std::string& folder, const std::string& name, std::string_view bytes,
                         const std::string& writer) {
  const std::string temporary = TemporaryName(folder, name, writer);
  ROOST_TRY(WriteTemporary(temporary, bytes));
  ROOST_ASSIGN(LinkOutcome outcome, Link(temporary, folder + "/" + name));
  if (outcome == LinkOutcome::kMissing) return Missing(temporary);
  ROOST_TRY(SyncFolder(folder));
  ROOST_TRY(RemoveIfThere(temporary).status());
  return outcome == LinkOutcome::kLinked;
}

}  // namespace roost::disk
