// Decides when a file is complete enough to be taken.
//
// HTCondor makes a result under its final name with mode 0600, grows it in place, closes it, then
// sets 0644; it renames and syncs nothing, cuts an older file off in place, and closes what it had
// when a transfer is killed. Others write otherwise. So a file is ready
//   - when its job is over, if jobs are followed (never before, if the log knows the job);
//   - else when its writer closed it, or it came by a rename, or nothing changed for the settle
//     time; mode 0600 delays by a minute from its last change.
// Whoever reads it then may find it torn: it is pending again, and tried anew once it has changed.
// After so many looks at growing pauses that found it unchanged it is taken as it is.
//
// Time is given, never asked for. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "listen/file_look.h"
#include "listen/job_table.h"

namespace roost::listen {

struct ReadinessOptions {
  double settle_seconds = 2;
  double private_seconds = 60;     // what mode 0600 delays by
  double first_pause_seconds = 1;  // then twice as long each time
  double longest_pause_seconds = 60;
  int max_retries = 3;
  /// A file that was touched so long ago needs no second look. False where clocks are not one's own
  /// (network file systems).
  bool trusts_times = true;
};

struct Moment {
  double steady = 0;    // seconds of a clock that never jumps
  int64_t wall_ns = 0;  // since 1970, of the clock that files' times are from
};

enum class Pending : uint8_t {
  kSettling,
  kPrivate,     // mode 0600
  kJob,         // its job is not over
  kHeld,        // another listener is to take it
  kTorn,        // does not end as JSON does
  kUnreadable,  // could not be opened or read
  kInHand       // given out by TakeReady
};
constexpr size_t kPendings = 7;

/// A file to be tried.
struct ReadyFile {
  std::string path;
  FileLook look;
  bool as_it_is = false;     // take it even if it is torn
  std::optional<JobId> job;  // that wrote it, and is over
};

class Readiness {
 public:
  explicit Readiness(ReadinessOptions options) : options_(options) {}

  /// A file was seen: by an event, by a walk, or because NextLooks named it. `is_closed`: its
  /// writer closed it, or it came by a rename, since it last changed.
  void See(const std::string& path, const FileLook& look, bool is_closed, Moment now);
  /// What is known of the job that writes a file. Comes before See or after.
  void SeeJob(const std::string& path, const JobId& job, JobStanding standing, Moment now);
  /// Another is expected to take it: it is not ready before `until`. Counts once for each file.
  void Hold(const std::string& path, double until, Moment now);
  /// It is not there any more, or does not count.
  void Forget(const std::string& path) { files_.erase(path); }

  /// Files that are ready, longest waiting first; they are in hand until one of the next four.
  std::vector<ReadyFile> TakeReady(size_t most);
  /// It was loaded, or was known. True if it has changed since it was taken in hand: look again.
  bool NoteTaken(const std::string& path);
  void NoteTorn(const std::string& path, Moment now) { NoteFailed(path, Pending::kTorn, now); }
  void NoteUnreadable(const std::string& path, Moment now) {
    NoteFailed(path, Pending::kUnreadable, now);
  }
  /// It changed while it was read.
  void NoteChanged(const std::string& path, const FileLook& look, Moment now);

  /// Files whose time has come to be looked at again: See or Forget each.
  std::vector<std::string> NextLooks(Moment now, size_t most);
  /// When the next is due, by the steady clock; infinite if none is.
  double next_look() const;

  size_t size() const { return files_.size(); }
  size_t ready() const { return ready_.size(); }  // or a little less
  /// How many files are in a state.
  std::vector<size_t> Counts() const;
  /// Files that could not be read at max_retries looks: they are tried on. The first `most`.
  std::vector<std::string> GivenUp(size_t most) const;
  /// Whether a file may yet be taken without anything new: not those that were given up, nor those
  /// of jobs that are not over.
  bool HasHope() const;

 private:
  struct File {
    FileLook look;
    Pending pending = Pending::kSettling;
    bool is_closed = false, is_ready = false, seen_again = false;
    JobStanding standing = JobStanding::kUnknown;
    std::optional<JobId> job;
    int looks = 0;          // unchanged, since it failed
    double changed_at = 0;  // when this look was first had
    double held_until = 0;
    double look_at = 0;  // when to look again; later timers are stale
  };
  struct Timer {
    double at;
    std::string path;
    bool operator>(const Timer& other) const { return at > other.at; }
  };

  void Consider(const std::string& path, File& file, Moment now);
  void MakeReady(const std::string& path, File& file);
  void LookAgain(const std::string& path, File& file, double at);
  void NoteFailed(const std::string& path, Pending why, Moment now);
  bool IsGivenUp(const File& file) const;
  double Pause(int looks) const;
  /// How long a file must yet stay as it is, to have been so for `wanted` seconds.
  double SecondsLeft(const File& file, double wanted, Moment now) const;

  ReadinessOptions options_;
  std::unordered_map<std::string, File> files_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::queue<std::string> ready_;
};

}  // namespace roost::listen
