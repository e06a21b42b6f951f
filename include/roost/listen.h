// Takes the result files of a folder into tables as they arrive, for ever or until none is left.
//
// docs/listen.md is the manual.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "roost/roost.h"
#include "roost/status.h"

namespace roost {

/// Sums over a run.
struct ListenCounts {
  uint64_t batches = 0;
  uint64_t files_taken = 0;     // loaded or replaced
  uint64_t files_replaced = 0;  // of those: had been taken with other content
  uint64_t files_same = 0;      // of those: another file had the same content
  uint64_t files_failed = 0;    // of those: a part of them is in quarantine, or could not be read
  uint64_t files_known = 0;     // seen again, not read
  uint64_t files_moved = 0;
  uint64_t files_dropped = 0;    // of jobs that were aborted
  uint64_t files_unmatched = 0;  // taken without an event log saying that their job was over
  uint64_t records = 0, rejects = 0, bytes = 0;
};

/// How things stand.
struct ListenStatus {
  ListenCounts counts;
  uint64_t ready = 0;      // files, waiting for a batch or in one
  uint64_t of_others = 0;  // left to other listeners for some seconds
  uint64_t settling = 0, private_mode = 0, waiting_for_job = 0, torn = 0, unreadable = 0;
  double seconds = 0;           // since the start
  double files_per_second = 0;  // of late
  std::string last_problem;     // empty: none
};

struct ListenEvent {
  enum class Kind {
    kNote,        // worth a line
    kProblem,     // something cannot be done; it is tried again
    kBatch,       // a commit
    kDocumented,  // relations and documentation are fresh
  };
  Kind kind = Kind::kNote;
  std::string text;      // of kNote and kProblem: what, where, what to do
  int64_t version = -1;  // of kBatch: the ledger's
  ListenCounts batch;    // of kBatch: what it did
  double seconds = 0;    // of kBatch and kDocumented: how long it took
};

struct ListenOptions {
  std::string input_dir, output_dir;
  std::string processed_dir;     // files that were taken go there; empty: they stay
  std::string failed_dir;        // those with something in quarantine; empty: processed_dir
  uint64_t schema_samples = 50;  // the first publish waits for so many files, or batch_seconds
  double check_interval_seconds = 1;
  int max_retries = 3;        // looks at a torn or unreadable file that find it unchanged
  double settle_seconds = 2;  // without a change, of files that nobody was seen to close
  bool once = false;          // stop when nothing is left to take
  uint64_t batch_files = 20'000, batch_bytes = 256'000'000;
  double batch_seconds = 5;         // the longest that a ready file waits for others
  uint64_t most_pending = 100'000;  // files that are not ready are remembered; more are met later
  std::string event_log;            // HTCondor's user log; files are taken when their job is over
  std::string job_from;             // "result_{cluster}_{proc}.json" or "$.job.cluster, $.job.proc"
  bool merge = true;                // small parts of a table become one
  bool document = true;             // keep relations and documentation fresh
  IngestOptions ingest;  // how files are read and written; its inputs, output_dir, overwrite,
                         // dry_run and callbacks are not looked at
  std::function<void(const ListenEvent&)> on_event;
  std::function<void(const ListenStatus&)> on_status;  // some times a second
  std::function<bool()> should_stop;                   // polled; the batch at hand has 1.5 s left
};

struct ListenResult {
  ListenStatus status;                  // at the end
  bool stopped = false;                 // by should_stop
  std::vector<std::string> unreadable;  // the first 100 files that could not be read
};
/// Returns when stopped, or with `once` when all that can be taken is. The store is closed.
Result<ListenResult> Listen(const ListenOptions& options);

/// What lies in an input folder and is not in the tables.
struct Backlog {
  uint64_t files = 0, bytes = 0;  // new, or changed since they were taken
  uint64_t changed = 0;           // of those
  uint64_t known = 0;             // are in the tables
  double oldest_seconds = 0;      // since the oldest that waits was last changed
  std::string oldest;             // its path
};
struct BacklogOptions {
  std::string store_dir, input_dir;
  std::string pattern;  // as of IngestOptions
};
/// Reads only, and of files nothing but their looks: one that was touched and not changed counts
/// as changed.
Result<Backlog> LookAtBacklog(const BacklogOptions& options);

/// The same under the name it first had.
class AdaptiveResultListener {
 public:
  AdaptiveResultListener(std::string input_dir, std::string output_dir,
                         uint64_t schema_detection_samples = 50, double check_interval = 1.0,
                         int max_retries = 3);

  /// What else can be set, before Run.
  ListenOptions& options() { return options_; }
  /// Listens until Stop, which any thread may call.
  Result<ListenResult> Run();
  /// Takes what is there, and returns.
  Result<ListenResult> RunOnce();
  void Stop() { stop_ = true; }

 private:
  Result<ListenResult> RunWith(bool once);

  ListenOptions options_;
  std::atomic<bool> stop_{false};
};

}  // namespace roost
