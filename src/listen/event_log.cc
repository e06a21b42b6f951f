#include "listen/event_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "listen/file_look.h"

namespace roost::listen {
namespace {

constexpr int kMostRotated = 1000;
constexpr size_t kPieceBytes = 1 << 16;

}  // namespace

Result<std::vector<JobEvent>> EventLog::Read() {
  std::vector<JobEvent> events;
  ROOST_ASSIGN(std::optional<OpenLog> current, Open(path_));
  const bool is_same = log_ && current && current->facts.IsSameFileAs(log_->facts);
  if (log_) {
    if (is_same && current->facts.bytes < log_->read_bytes) {
      log_->read_bytes = 0;
      parser_.Restart();
    }
    ROOST_TRY(ReadOn(events));
    if (is_same) return events;
    if (!current) return events;  // being rotated: the new one comes
    Leave();
  }
  ROOST_TRY(ReadRotated(events));
  log_ = std::move(current);
  if (log_) ROOST_TRY(ReadOn(events));
  return events;
}

void EventLog::Leave() {
  read_.push_back(log_->facts);
  log_.reset();
  parser_.Restart();
}

Status EventLog::ReadOn(std::vector<JobEvent>& events) {
  std::string piece(kPieceBytes, 0);
  for (;;) {
    const ssize_t count = ::pread(log_->descriptor.get(), piece.data(), piece.size(),
                                  static_cast<off_t>(log_->read_bytes));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return read::SystemFault("read", path_);
    if (count == 0) return Status::OK();
    log_->read_bytes += static_cast<uint64_t>(count);
    const auto bytes = std::string_view(piece).substr(0, static_cast<size_t>(count));
    const std::vector<JobEvent> more = parser_.Take(bytes);
    events.insert(events.end(), more.begin(), more.end());
  }
}

Status EventLog::ReadRotated(std::vector<JobEvent>& events) {
  std::vector<OpenLog> rotated;
  std::vector<disk::Facts> there;
  for (int i = 0; i <= kMostRotated; ++i) {
    ROOST_ASSIGN(std::optional<OpenLog> log, Open(path_ + (i ? "." + std::to_string(i) : ".old")));
    if (!log && i > 0) break;
    if (!log) continue;
    there.push_back(log->facts);
    if (!WasRead(log->facts)) rotated.push_back(*std::move(log));
  }
  // Where times are equal the higher number is older.
  std::reverse(rotated.begin(), rotated.end());
  std::stable_sort(rotated.begin(), rotated.end(), [](const OpenLog& a, const OpenLog& b) {
    return a.facts.modified_ns < b.facts.modified_ns;
  });
  for (OpenLog& log : rotated) {
    log_ = std::move(log);
    ROOST_TRY(ReadOn(events));
    Leave();
  }
  read_ = std::move(there);  // what is gone need not be remembered
  return Status::OK();
}

Result<std::optional<EventLog::OpenLog>> EventLog::Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (descriptor < 0) return read::SystemFault("open", path);
  OpenLog log;
  log.descriptor = read::Descriptor(descriptor);
  ROOST_ASSIGN(const FileLook look, LookAtOpen(descriptor, path));
  log.facts = look.facts;
  return std::optional<OpenLog>(std::move(log));
}

bool EventLog::WasRead(const disk::Facts& facts) const {
  return std::any_of(read_.begin(), read_.end(),
                     [&](const disk::Facts& read) { return read.IsSameFileAs(facts); });
}

}  // namespace roost::listen
