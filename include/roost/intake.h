// Takes files into a store batch by batch: what `roost ingest` does once and `roost listen` for
// ever.
//
// An Intake is one writer of a store, open until Close. Each Take is one commit: all of its files
// or none, exactly once, whoever else writes to the store. Between two Takes the store may have
// been changed by others; nothing that was learned before needs to hold. An Intake belongs to one
// thread at a time; it uses several itself while it takes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "roost/roost.h"
#include "roost/status.h"

namespace roost {

/// The job that left a file, as its pool numbers it.
struct JobId {
  uint64_t cluster = 0, process = 0;
  bool operator==(const JobId&) const = default;
};

/// A regular file as it was looked at. Times are nanoseconds since 1970; -1: unknown.
struct SeenFile {
  uint64_t device = 0, inode = 0, bytes = 0;
  int64_t born = -1, modified = 0;
};

struct IntakeFile {
  std::string path;  // as it is opened; "-" and pipes are taken anew each time
  std::string name;  // what ledger and quarantine call it; empty: the path
  /// It goes away once taken: known by what it is (device, inode, time of birth), so that another
  /// file may come to its path. Else it stays and is known by its path.
  bool moves_away = false;
  /// Must be read to its last byte without a fault, or it is left where it is: FileFate::kTorn.
  bool must_be_whole = false;
  std::optional<JobId> job;
  /// Spares Take a look. Of a file that has changed since, what is taken is what it is now.
  std::optional<SeenFile> seen;
};

enum class FileFate : uint8_t {
  kLoaded,    // new
  kReplaced,  // had other content when it was taken before: those rows and rejects are gone
  kKnown,     // taken before, with this content: nothing to do
  kTorn,      // must_be_whole, and is not: not taken
  kFaulty,  // cannot be opened or read on; what came before the fault is loaded, and `reason` says
            // what it was. A file that is gone is one, and is not in the ledger
};

struct FileReport {
  FileFate fate = FileFate::kLoaded;
  uint64_t records = 0, rejects = 0;
  std::string reason;   // of kTorn and kFaulty
  std::string same_as;  // of kLoaded: another file with the same content that was taken before it
};

struct IntakeBatch {
  int64_t version = -1;           // of the ledger; -1: no file had anything new
  std::vector<FileReport> files;  // in the order in which they were given
  IngestResult result;            // sums over the files that were taken
};

/// Whether small parts of a table become one.
enum class Merging : uint8_t { kSmallParts, kNone };

class Intake {
 public:
  /// Opens the store at options.output_dir, or makes one where nothing is, and recovers what others
  /// left undone. `inputs`, `pattern`, `overwrite` and `dry_run` of the options are not looked at.
  static Result<std::unique_ptr<Intake>> Open(const IngestOptions& options);
  virtual ~Intake() = default;

  /// What Open found undone and did, a line each; mostly nothing.
  virtual const std::vector<std::string>& recovery() const = 0;

  /// Reads the files and commits them. An error leaves the store as it was, or, where the answer of
  /// the disk got lost, with the whole batch: take the same files again, those in are then kKnown.
  virtual Result<IntakeBatch> Take(std::span<const IntakeFile> files) = 0;

  /// What would become of files, by their looks: kLoaded, kReplaced or kKnown. Of a file that looks
  /// different since it was taken its content is read. For moves: whether what lies in the staging
  /// folder is what the ledger took.
  virtual Result<std::vector<FileFate>> Look(std::span<const IntakeFile> files) = 0;

  /// Sweeps dead writers, removes old parts and views, writes checkpoints; merges small parts.
  /// Cheap where there is nothing to do. Call it now and then.
  virtual Status Tidy(Merging merging = Merging::kSmallParts) = 0;

  /// Ends the writer. Without it another's sweep does.
  virtual Status Close() = 0;
};

}  // namespace roost
