#include "read/spool.h"

#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace roost::read {
namespace {

constexpr int kPatienceMilliseconds = 100;

std::string NameOf(const std::string& path) {
  return path == "-" ? "standard input" : "'" + path + "'";
}

Status CannotKeep(const std::string& path, const Status& reason) {
  return reason.WithMessage("cannot keep what comes through ", NameOf(path),
                            ", which can be read only once: ", reason.message());
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::Open(const InputFile& file, const std::string& folder,
                                           const std::function<bool()>& should_stop) {
  ROOST_ASSIGN(Descriptor descriptor, Descriptor::OpenPipe(file.path));
  ROOST_ASSIGN(const FileState state, LookAt(descriptor.get(), file.path));
  std::unique_ptr<Spool> spool(new Spool(file, std::move(descriptor), state, should_stop));
  if (state.is_regular) {
    const off_t place = ::lseek(spool->descriptor_.get(), 0, SEEK_CUR);
    if (place < 0) return SystemFault("read", file.path);
    spool->begin_ = static_cast<uint64_t>(place);
    return spool;
  }
  auto kept = disk::File::CreateNameless(folder);
  if (!kept.ok()) spool->Fail(kept.status());
  if (kept.ok()) spool->kept_.emplace(std::move(kept).ValueUnsafe());
  return spool;
}

Result<size_t> Spool::Read(uint64_t offset, char* to, size_t room) {
  if (begin_) return ReadInPlace(*begin_ + offset, to, room);
  if (offset < bytes_.load(std::memory_order_acquire)) return ReadKept(offset, to, room);
  std::lock_guard lock(mutex_);
  // Others may have read on meanwhile.
  if (offset < bytes_.load(std::memory_order_acquire)) return ReadKept(offset, to, room);
  return ReadOn(to, room);
}

Result<size_t> Spool::ReadKept(uint64_t offset, char* to, size_t room) const {
  const uint64_t left = bytes_.load(std::memory_order_acquire) - offset;
  const size_t count = std::min<uint64_t>(room, left);
  ROOST_TRY(kept_->ReadAt(offset, to, count));
  return count;
}

Result<size_t> Spool::ReadOn(char* to, size_t room) {
  ROOST_TRY(failure());
  if (ended_) {
    ROOST_TRY(fault_);
    return 0;
  }
  const auto count = ReadPipe(to, room);
  ended_ = !count.ok() || *count == 0;
  fault_ = count.status();
  if (ended_) return count;
  const Status written = kept_->Write({to, *count});
  if (!written.ok()) Fail(written);
  ROOST_TRY(failure());
  bytes_.fetch_add(*count, std::memory_order_release);
  return count;
}

Result<size_t> Spool::ReadPipe(char* to, size_t room) const {
  for (;;) {
    pollfd waiting = {descriptor_.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPatienceMilliseconds);
    if (ready < 0 && errno != EINTR) return SystemFault("read", path_);
    if (ready > 0) {
      const ssize_t count = ::read(descriptor_.get(), to, room);
      if (count >= 0) return static_cast<size_t>(count);
      if (errno != EINTR && errno != EAGAIN) return SystemFault("read", path_);
    }
    if (should_stop_ && should_stop_()) return Status::Cancelled("stopped while waiting for input");
  }
}

void Spool::Fail(const Status& reason) {
  failure_ = CannotKeep(path_, reason);
  has_failed_ = true;
}

Result<size_t> Spool::ReadInPlace(uint64_t offset, char* to, size_t room) const {
  for (;;) {
    const ssize_t count = ::pread(descriptor_.get(), to, room, static_cast<off_t>(offset));
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return SystemFault("read", path_);
  }
}

Result<Spool*> Spools::Of(const InputFile& file) {
  {
    std::lock_guard lock(mutex_);
    const auto found = spools_.find(file.path);
    if (found != spools_.end()) return found->second.get();
  }
  // Without the lock, as a named pipe may keep us waiting. Nobody else opens this path meanwhile: a
  // file is one thread's until its first bytes are there.
  ROOST_ASSIGN(std::unique_ptr<Spool> spool, Spool::Open(file, folder_, should_stop_));
  std::lock_guard lock(mutex_);
  return (spools_[file.path] = std::move(spool)).get();
}

Status Spools::failure() {
  std::lock_guard lock(mutex_);
  for (const auto& [path, spool] : spools_) ROOST_TRY(spool->failure());
  return Status::OK();
}

}  // namespace roost::read
