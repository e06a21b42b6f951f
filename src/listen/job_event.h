// Reads HTCondor's user logs: what happened to which job.
//
// A log may be text (in any of its date dialects), JSON or XML, and a text log may hold JSON events
// as well (DAGMan writes some so). Only what a listener needs is taken out: the event's number, the
// job, and for 005 how it ended. What is no event is counted and skipped, so that a log whose
// writer was killed is read on behind the torn event.
//
//   005 (032.000.000) 2026-11-22 16:25:49.216Z Job terminated.
//   <TAB>(1) Normal termination (return value 0)
//   ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "roost/intake.h"

namespace roost::listen {

struct JobEvent {
  int number = -1;           // 0 submit, 1 execute, 5 terminated, 9 aborted, 40 file transfer, ...
  std::optional<JobId> job;  // none: the event concerns the log, or a whole cluster
  bool is_normal_end = false;  // of a 005: not by a signal
};

/// Takes a log piece by piece. Not thread-safe.
class EventParser {
 public:
  /// Events whose last line is in `bytes`, which go on where the last call's ended.
  std::vector<JobEvent> Take(std::string_view bytes);
  /// Another log begins: what is unfinished is dropped.
  void Restart();

  /// Lines that belong to no event, of unfinished events too.
  uint64_t stray_lines() const { return stray_lines_; }

 private:
  enum class Block : uint8_t { kNone, kText, kJson, kXml };

  void TakeLine(std::string_view line, std::vector<JobEvent>& events);
  bool Begin(std::string_view line);
  bool BeginText(std::string_view line);
  bool IsEnd(std::string_view line) const;
  void TakeField(std::string_view line);
  void Finish(std::vector<JobEvent>& events);

  std::string partial_;  // the line at hand
  Block block_ = Block::kNone;
  JobEvent event_;
  int64_t cluster_ = -1, proc_ = -1;  // of the event at hand
  uint64_t event_lines_ = 0, stray_lines_ = 0;
};

}  // namespace roost::listen
