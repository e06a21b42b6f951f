// Follows a user log of HTCondor on disk while it grows and is rotated.
//
// Each call reads what is new. When another file has the log's name, the old one is read to its
// end, then the rotated ones that were never seen (log.old, log.1, log.2, ...; oldest first), then
// the new one. A log that is shorter than what was read begins anew. At first the rotated ones are
// read too, so that a listener that starts late knows of earlier jobs. A log that is not there yet
// is empty. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/disk_entry.h"
#include "base/status.h"
#include "listen/job_event.h"
#include "read/descriptor.h"

namespace roost::listen {

class EventLog {
 public:
  explicit EventLog(std::string path) : path_(std::move(path)) {}

  /// Events that were finished since the last call.
  Result<std::vector<JobEvent>> Read();

  const std::string& path() const { return path_; }
  uint64_t stray_lines() const { return parser_.stray_lines(); }

 private:
  struct OpenLog {
    read::Descriptor descriptor;
    disk::Facts facts;  // what it is
    uint64_t read_bytes = 0;
  };

  Status ReadOn(std::vector<JobEvent>& events);
  Status ReadRotated(std::vector<JobEvent>& events);
  static Result<std::optional<OpenLog>> Open(const std::string& path);
  bool WasRead(const disk::Facts& facts) const;
  void Leave();

  std::string path_;
  EventParser parser_;
  std::optional<OpenLog> log_;
  std::vector<disk::Facts> read_;  // rotated logs, read to their ends
};

}  // namespace roost::listen
