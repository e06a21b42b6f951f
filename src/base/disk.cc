#include "base/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include "base/disk_call.h"

namespace roost::disk {
namespace {

std::atomic<bool> has_hook{false};

std::atomic<int> sync_later_count{0};
std::mutex sync_later_mutex;
std::multiset<std::string> sync_later_prefixes;

bool IsSyncedLater(const std::string& path) {
  if (sync_later_count == 0) return false;
  std::lock_guard lock(sync_later_mutex);
  const std::string whole = path + "/";
  return std::any_of(sync_later_prefixes.begin(), sync_later_prefixes.end(),
                     [&](const std::string& prefix) { return whole.starts_with(prefix); });
}

FaultHook hook_of_tests;

const char* Advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space there or write to another disk";
    case EACCES:
    case EPERM:
    case EROFS:
      return "get the right to write there or choose another folder";
    case ENOENT:
    case ENOTDIR:
      return "check that the folder is there and that nothing removes it meanwhile";
    case EFBIG:
      return "raise the limit of file sizes (ulimit -f) or write to another disk";
    case EMFILE:
    case ENFILE:
      return "raise the limit of open files (ulimit -n)";
    case EEXIST:
    case ENOTEMPTY:
      return "choose another name or remove what is there";
    case EBUSY:
      return "choose a folder that is not a mount point";
    case ENAMETOOLONG:
      return "choose a shorter name";
    default:
      return "check the disk and try again";
  }
}

Status CannotExchange(const std::string& path) {
  return Status::NotImplemented("the file system of ", path, " cannot exchange two folders");
}

Result<EntryKind> LookAt(const std::string& path, bool follow) {
  struct stat facts;
  int result = follow ? ::stat(path.c_str(), &facts) : ::lstat(path.c_str(), &facts);
  if (result == 0) return S_ISDIR(facts.st_mode) ? EntryKind::kFolder : EntryKind::kOther;
  if (errno == ENOENT || errno == ENOTDIR) return EntryKind::kMissing;
  return Failed("look at", path, errno);
}

}  // namespace

Fault AskHook(Call call, const std::string& path) {
  if (!has_hook.load(std::memory_order_acquire)) [[likely]]
    return {};
  return hook_of_tests(call, path);
}

Status Failed(const char* verb, const std::string& path, int error) {
  return Status::IOError("cannot ", verb, " ", path, ": ", std::strerror(error), " (errno ", error,
                         "); ", Advice(error));
}

Result<File> File::Open(const std::string& path, int flags, const char* verb) {
  ROOST_ASSIGN(int64_t descriptor,
               Try(flags & O_CREAT ? Call::kCreate : Call::kOpen, verb, path,
                   [&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0644); }));
  return File(static_cast<int>(descriptor), path);
}

Result<File> File::Create(const std::string& path) {
  return Open(path, O_RDWR | O_CREAT | O_EXCL, "create");
}
Result<File> File::OpenForUpdate(const std::string& path) {
  return Open(path, O_RDWR, "open for writing");
}
Result<File> File::OpenForReading(const std::string& path) { return Open(path, O_RDONLY, "open"); }

Result<File> File::CreateNameless(const std::string& folder) {
  const std::string path = folder + "/(temporary file)";
  if (Fault fault = AskHook(Call::kOpen, path); fault.error != 0)
    return Failed("create", path, fault.error);
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return File(descriptor, path);
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
    return Failed("create", path, errno);
  // A file system that knows no such files: one whose name is taken away at once.
  std::string name = folder + "/.roost-XXXXXX";
  descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return Failed("create", path, errno);
  ::unlink(name.c_str());
  return File(descriptor, path);
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      position_(other.position_),
      path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(position_, other.position_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status File::Write(std::string_view bytes) {
  ROOST_TRY(WriteAt(position_, bytes));
  position_ += bytes.size();
  return Status::OK();
}

Status File::WriteAt(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    Fault fault = AskHook(Call::kWrite, path_);
    if (fault.error != 0) return Failed("write to", path_, fault.error);
    ssize_t written = ::pwrite(descriptor_, bytes.data(), std::min(bytes.size(), fault.at_most),
                               static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("write to", path_, errno);
    offset += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return Status::OK();
}

Status File::ReadAt(uint64_t offset, void* to, size_t size) const {
  char* at = static_cast<char*>(to);
  while (size > 0) {
    ROOST_ASSIGN(int64_t got, Try(Call::kRead, "read", path_, [&] {
                   return ::pread(descriptor_, at, size, static_cast<off_t>(offset));
                 }));
    if (got == 0)
      return Status::IOError("cannot read ", size, " bytes at byte ", offset, " of ", path_,
                             ": the file ends before; it was cut or changed meanwhile");
    at += got;
    offset += static_cast<uint64_t>(got);
    size -= static_cast<size_t>(got);
  }
  return Status::OK();
}

Status File::Truncate(uint64_t bytes) {
  return Try(Call::kTruncate, "shorten", path_,
             [&] { return ::ftruncate(descriptor_, static_cast<off_t>(bytes)); })
      .status();
}

Status File::Sync() {
  if (IsSyncedLater(path_)) return Status::OK();
  return Try(Call::kSync, "sync", path_, [&] { return ::fsync(descriptor_); }).status();
}

void File::StartSync() const {
#ifdef SYNC_FILE_RANGE_WRITE
  // A hint: whether it worked, Sync will tell.
  (void)::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

Status File::Close() {
  int descriptor = std::exchange(descriptor_, -1);
  // Linux gives the descriptor back even when close is interrupted: never again.
  return Try(Call::kClose, "close", path_,
             [&] {
               int result = ::close(descriptor);
               return result < 0 && errno == EINTR ? 0 : result;
             })
      .status();
}

Result<Folder> Folder::Open(const std::string& path) {
  ROOST_ASSIGN(int64_t descriptor, Try(Call::kOpen, "open folder", path, [&] {
                 return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
               }));
  return Folder(static_cast<int>(descriptor), path);
}

Folder::Folder(Folder&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

Folder::~Folder() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status Folder::Put(const std::string& name, std::string_view bytes) const {
  ROOST_ASSIGN(bool done, PutNameless(name, bytes));
  return done ? Status::OK() : PutRenamed(name, bytes);
}

// A file without a name gets one at the end: one change of the folder instead of three, and not
// even a killed process leaves a half file. False if the file system or the system has no such
// files, or if the name is taken.
Result<bool> Folder::PutNameless(const std::string& name, std::string_view bytes) const {
  std::string path = path_ + "/" + name;
  if (Fault fault = AskHook(Call::kOpen, path); fault.error != 0)
    return Failed("create", path, fault.error);
  int descriptor = ::openat(descriptor_, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644);
  if (descriptor < 0) return false;  // PutRenamed meets the same reason, or succeeds
  File file(descriptor, path);
  ROOST_TRY(file.Write(bytes));
  if (Fault fault = AskHook(Call::kRename, path); fault.error != 0)
    return Failed("name", path, fault.error);
  bool named = ::linkat(descriptor, "", descriptor_, name.c_str(), AT_EMPTY_PATH) == 0;
  if (!named) return false;
  Status status = file.Close();
  if (!status.ok()) std::ignore = RemoveFile(path);
  ROOST_TRY(status);
  return true;
}

Status Folder::PutRenamed(const std::string& name, std::string_view bytes) const {
  std::string path = path_ + "/" + name;
  std::string part = path_ + "/." + name + "." + std::to_string(::getpid()) + ".part";
  ROOST_ASSIGN(File file, File::Create(part));
  Status status = file.Write(bytes);
  if (status.ok()) status = file.Close();
  if (status.ok()) status = Rename(part, path);
  if (!status.ok()) std::ignore = RemoveFile(part);
  return status;
}

Result<EntryKind> Look(const std::string& path) { return LookAt(path, true); }

Result<std::vector<std::string>> ListFolder(const std::string& path) {
  if (Fault fault = AskHook(Call::kList, path); fault.error != 0)
    return Failed("list", path, fault.error);
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return Failed("list", path, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(folder)) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  int error = errno;
  ::closedir(folder);
  if (error != 0) return Failed("list", path, error);
  std::sort(names.begin(), names.end());
  return names;
}

Status MakeFolder(const std::string& path) {
  return Try(Call::kMakeFolder, "make folder", path, [&] { return ::mkdir(path.c_str(), 0755); })
      .status();
}

Status Rename(const std::string& from, const std::string& to) {
  return Try(Call::kRename, "rename to", to, [&] { return ::rename(from.c_str(), to.c_str()); })
      .status();
}

Status Exchange(const std::string& one, const std::string& other) {
  if (Fault fault = AskHook(Call::kExchange, other); fault.error != 0)
    return fault.error == ENOSYS ? CannotExchange(other) : Failed("exchange", other, fault.error);
  constexpr unsigned kExchange = 2;  // RENAME_EXCHANGE; the C library may lack renameat2
  if (::syscall(SYS_renameat2, AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), kExchange) == 0)
    return Status::OK();
  if (errno == EINVAL || errno == ENOSYS) return CannotExchange(other);
  return Failed("exchange", other, errno);
}

SyncLater::SyncLater(const std::string& folder) : prefix_(folder + "/") {
  std::lock_guard lock(sync_later_mutex);
  sync_later_prefixes.insert(prefix_);
  ++sync_later_count;
}

SyncLater::~SyncLater() {
  std::lock_guard lock(sync_later_mutex);
  sync_later_prefixes.erase(sync_later_prefixes.find(prefix_));
  --sync_later_count;
}

Status SyncFolder(const std::string& path) {
  if (IsSyncedLater(path)) return Status::OK();
  ROOST_ASSIGN(int64_t descriptor, Try(Call::kOpen, "open folder", path, [&] {
                 return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
               }));
  Status synced = Try(Call::kSync, "sync folder", path, [&] {
                    return ::fsync(static_cast<int>(descriptor));
                  }).status();
  ::close(static_cast<int>(descriptor));
  return synced;
}

Status RemoveFile(const std::string& path) {
  return Try(Call::kRemove, "remove", path, [&] { return ::unlink(path.c_str()); }).status();
}

Status RemoveFolder(const std::string& path) {
  return Try(Call::kRemove, "remove folder", path, [&] { return ::rmdir(path.c_str()); }).status();
}

Status RemoveTree(const std::string& path) {
  ROOST_ASSIGN(EntryKind kind, LookAt(path, false));
  if (kind == EntryKind::kMissing) return Status::OK();
  if (kind == EntryKind::kOther) return RemoveFile(path);
  ROOST_ASSIGN(auto names, ListFolder(path));
  for (const std::string& name : names) ROOST_TRY(RemoveTree(path + "/" + name));
  return RemoveFolder(path);
}

void SetFaultHook(FaultHook hook) {
  has_hook.store(false, std::memory_order_release);
  hook_of_tests = std::move(hook);
  has_hook.store(static_cast<bool>(hook_of_tests), std::memory_order_release);
}

}  // namespace roost::disk
