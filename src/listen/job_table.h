// Knows what became of jobs, and which job a file is the result of.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "listen/job_event.h"

namespace roost::listen {

/// Finds cluster and proc in a file's name: `result_{cluster}_{proc}.json`. A * stands for any
/// bytes but a slash. With a slash in it, it is compared with the path below the input folder.
class JobTemplate {
 public:
  /// An error if it has no {cluster}, another {name}, or one twice. Without {proc} that is 0.
  static Result<JobTemplate> Parse(const std::string& text);

  std::optional<JobId> Match(std::string_view path) const;

 private:
  enum class Kind : uint8_t { kText, kCluster, kProc, kAny };
  struct Piece {
    Kind kind;
    std::string text;
  };

  Status AddName(std::string_view name, const std::string& text);
  bool MatchFrom(size_t piece, std::string_view rest, JobId& job) const;
  bool MatchNumber(size_t piece, std::string_view rest, JobId& job) const;

  std::vector<Piece> pieces_;
  bool has_slash_ = false;
};

enum class JobStanding : uint8_t {
  kUnknown,  // the log does not name it
  kRunning,  // or waiting, held, evicted: not over
  kDone,     // 005, normal: its files are complete
  kKilled,   // 005, by a signal
  kAborted   // 009: its files do not count
};

struct JobHash {
  size_t operator()(const JobId& job) const {
    return std::hash<uint64_t>()(job.cluster * 1'000'003 + job.process);
  }
};

class JobTable {
 public:
  /// Takes events in their order.
  void Note(const std::vector<JobEvent>& events);
  JobStanding Of(const JobId& job) const;
  size_t size() const { return jobs_.size(); }

 private:
  std::unordered_map<JobId, JobStanding, JobHash> jobs_;
};

}  // namespace roost::listen
