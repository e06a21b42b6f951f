// Keeps what pipes bring, so that it can be read again: for another attempt with another plan, and
// for a long document that must go to quarantine after it went by.
//
// A pipe's bytes go into a file without a name as they are read, which the system removes with the
// process whatever its end. Standard input that is a file is read from where it stands, and not
// kept twice. Memory stays bounded; disk is needed for as many bytes as come (compressed ones as
// they are). Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/disk.h"
#include "base/status.h"
#include "read/descriptor.h"
#include "read/input.h"

namespace roost::read {

/// One pipe, and what came of it so far.
class Spool {
 public:
  /// Keeps what comes in `folder`. `should_stop` is asked while there is nothing to read.
  static Result<std::unique_ptr<Spool>> Open(const InputFile& file, const std::string& folder,
                                             const std::function<bool()>& should_stop);

  /// Puts up to `room` of the bytes from `offset` on at `to`, which may be read for the first time;
  /// 0 is the end. Waits for them.
  Result<size_t> Read(uint64_t offset, char* to, size_t room);
  const FileState& state() const { return state_; }
  /// OK, or why what came could not be kept: then the run must end.
  Status failure() const { return has_failed_.load() ? failure_ : Status::OK(); }

 private:
  Spool(const InputFile& file, Descriptor descriptor, FileState state,
        const std::function<bool()>& should_stop)
      : path_(file.path),
        descriptor_(std::move(descriptor)),
        state_(state),
        should_stop_(should_stop) {}

  Result<size_t> ReadKept(uint64_t offset, char* to, size_t room) const;
  Result<size_t> ReadOn(char* to, size_t room);
  Result<size_t> ReadPipe(char* to, size_t room) const;
  void Fail(const Status& reason);
  Result<size_t> ReadInPlace(uint64_t offset, char* to, size_t room) const;

  const std::string path_;
  const Descriptor descriptor_;
  const FileState state_;
  const std::function<bool()> should_stop_;
  std::optional<uint64_t> begin_;    // in place: where in its file standard input stands
  std::optional<disk::File> kept_;   // else
  std::atomic<uint64_t> bytes_ = 0;  // kept
  std::mutex mutex_;                 // for what follows, and reading from the pipe
  bool ended_ = false;
  Status fault_;  // why it ended
  std::atomic<bool> has_failed_ = false;
  Status failure_;  // of the disk; set once, before has_failed_
};

/// All pipes of a run, each opened once.
class Spools {
 public:
  /// `folder` is where to keep what comes; looked at with the first pipe only.
  /// `should_stop` (or nothing) is asked while a pipe keeps us waiting.
  Spools(std::string folder, std::function<bool()> should_stop)
      : folder_(std::move(folder)), should_stop_(std::move(should_stop)) {}

  Result<Spool*> Of(const InputFile& file);
  /// OK, or why something could not be kept.
  Status failure();

 private:
  const std::string folder_;
  const std::function<bool()> should_stop_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Spool>> spools_;  // by path
};

}  // namespace roost::read
