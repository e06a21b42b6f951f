// Reads and shreds all files once, with one plan, in several threads.
//
// Usually the first attempt is the last. When its counts ask for another plan (maps, too many
// columns), the caller throws it away and makes another.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/status.h"
#include "ingest/file_outcomes.h"
#include "ingest/inputs.h"
#include "ingest/root_names.h"
#include "read/reader.h"
#include "read/spool.h"
#include "roost/roost.h"
#include "shred/publish.h"
#include "shred/shredder.h"
#include "store/output.h"

namespace roost::ingest {

/// What became of all bytes.
struct ByteCounts {
  uint64_t units = 0;  // = records + between + rejects
  uint64_t records = 0, between = 0, rejects = 0;
};

/// Forgets rows: for --dry-run, where only the counts matter.
std::unique_ptr<shred::TableSink> NewNullSink();
Status StoppedStatus();
/// As many as are wanted, or there are cores, and as --memory can feed.
unsigned ThreadCount(const IngestOptions& options);
shred::ShredOptions ShredderOptions(const IngestOptions& options);

class Attempt {
 public:
  /// All arguments must outlive the attempt. `output` may be null: nothing is written (--dry-run).
  Attempt(const IngestOptions& options, const Inputs& inputs, const RootNames& roots,
          read::Spools& spools, const shred::Plan& plan, store::Output* output);

  /// Reads everything, with file numbers from `reserve`. Cancelled when options.should_stop says
  /// so.
  Status Run(read::ReserveNumbers reserve);

  /// Counts rejects of a file that stay what they were.
  void NoteCarried(uint32_t file, uint64_t rejects, uint64_t bytes);

  shred::Publication Publish();
  /// True if it has kept no values, because it must be repeated.
  bool counts_only() const { return counts_only_; }
  const FileOutcomes& files() const { return outcomes_; }
  const ByteCounts& bytes() const { return bytes_; }
  const std::vector<RejectSummary>& rejects() const { return rejects_; }
  uint64_t reject_count() const { return reject_count_; }
  uint64_t duplicate_keys() const { return duplicate_keys_; }

 private:
  Status Work();
  Status CountTogether(shred::Shredder& shredder);
  Status TakeUnit(shred::Shredder& shredder, const read::Unit& unit);
  Status TakeStream(const read::Unit& unit);
  Status NoteRejects(const read::Unit& unit, const shred::UnitOutcome& outcome);
  Status RejectDocument(const read::Unit& document, const read::DocumentStream& stream,
                        const std::string& reason);
  void KeepReject(uint32_t file, const store::RejectRow& row);
  void NoteOutcome(const read::Unit& unit, const shred::UnitOutcome& outcome, uint64_t bytes);
  void NoteBatch(const read::Batch& batch);
  void NoteFacts(const read::FileFacts& facts, std::shared_ptr<const std::string> fault);
  void NoteDemands(const shred::Shredder& shredder);
  void ReportProgress();
  void Stop(Status status);

  const IngestOptions& options_;
  const Inputs& inputs_;
  const RootNames& roots_;
  read::Spools& spools_;
  const shred::Plan& plan_;
  store::Output* output_;
  std::unique_ptr<read::Reader> reader_;
  std::mutex mutex_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> counts_only_{false};
  Status status_;
  std::vector<std::unique_ptr<shred::TableSink>> sinks_;
  std::vector<std::unique_ptr<shred::Shredder>> shredders_;
  std::set<const shred::Hint*> demanding_;  // hints that have rejected records
  FileOutcomes outcomes_;
  ByteCounts bytes_;
  std::vector<RejectSummary> rejects_;
  uint64_t reject_count_ = 0, duplicate_keys_ = 0, files_done_ = 0, records_ = 0;
};

}  // namespace roost::ingest
