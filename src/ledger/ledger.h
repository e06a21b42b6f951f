// Commits many tables together, exactly once, whatever crashes: the protocol of a store.
//
// A commit is one entry of the ledger (`_roost/ledger`, a Delta table): put if absent, it is the
// intent that names everything, and from then on it happens. Each table's Delta commit follows,
// carrying txn(roost, version); whoever finds an entry unfinished finishes it, and nobody puts the
// next before. So the caller's loop is:
//
//   Open
//   again: Refresh               the latest entry, finished; views fresh
//          Classify              which files are new or changed, against exactly this entry
//          (look at each file once more: IsStill)
//          Table                 plan from the tables as they are now
//          write parts           named by NextPartName, in TableFolder
//          Commit                false: another was first; DropParts of this plan, and again
//          Tidy                  now and then: checkpoints, old parts, dead writers
//
// An error out of Commit leaves open whether the entry stands: Refresh, then Classify tells. One
// thread at a time. docs/formats/store.md has the rules, and why each is needed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/delta_log.h"
#include "ledger/entry.h"
#include "ledger/takes.h"
#include "ledger/writer.h"

namespace roost::ledger {

constexpr const char* kApp = "roost";  // the transactions' application

/// What whoever finishes a commit must do to parts of other tools that came in between.
struct RewriteRequest {
  std::string table_folder;
  std::vector<Part> parts;      // to be rewritten
  std::vector<Part> gone;       // their rows, by _roost_id, are to be left out of it
  std::vector<Column> columns;  // of the new parts
  std::function<std::string()> next_part_name;
};
/// Writes and syncs new parts. Nothing if one of the old ones is gone: the log has moved on.
using RewriteParts = std::function<Result<std::optional<std::vector<Part>>>(const RewriteRequest&)>;

struct LedgerOptions {
  std::string output_dir;                           // exists
  int64_t keep_removed_ms = 10 * 60 * 1000;         // old parts and views
  int64_t keep_log_ms = 7 * 24 * 60 * 60 * 1000LL;  // commits before a checkpoint
  int64_t keep_removals_ms = 60 * 60 * 1000;        // in checkpoints, that a file was removed
  int64_t look_for_entries_ms = 60 * 60 * 1000;     // between two searches for what is nobody's
  int64_t checkpoint_commits = 20;                  // of a table, between two checkpoints
  size_t run_takes = 1 << 16;                       // files in memory before a run is written
  size_t inline_takes = 1 << 10;                    // more of a commit stand in a file of their own
  std::vector<Column> columns;                      // of the ledger table
  RewriteParts rewrite_parts;                       // empty: RewriteForeignParts
  std::function<int64_t()> now_ms;                  // empty: the clock
};

/// What housekeeping did; what recovery says.
struct Tidied {
  int64_t finished = 0;                  // tables of an unfinished commit that were brought to it
  int64_t views = 0;                     // swapped
  int64_t writers = 0;                   // dead ones, swept
  int64_t parts = 0;                     // of dead writers or after their time, removed
  int64_t old_views = 0;                 // folders removed
  int64_t checkpoints = 0, commits = 0;  // written; removed from logs
};

class Ledger {
 public:
  /// Opens the store at `output_dir`, makes one where there is none, and recovers: finishes the
  /// last commit, heals views, sweeps dead writers.
  static Result<std::unique_ptr<Ledger>> Open(LedgerOptions options);
  /// Ends the writer. Without it (a crash) another's sweep does.
  Status Close();

  /// What Open found to do.
  const Tidied& recovery() const { return recovery_; }

  /// Reads the latest entry, finishes it, freshens all views. The version.
  Result<int64_t> Refresh();
  int64_t version() const { return log_.snapshot().version; }

  Result<std::vector<Verdict>> Classify(std::span<const Candidate> candidates) {
    return takes_.Classify(candidates);
  }
  /// A block of file numbers that nobody else gets: its first.
  Result<uint64_t> ReserveNumbers(uint64_t count);

  /// Tables that have a log: `students`, ..., and `_roost/quarantine`.
  std::vector<std::string> Tables() const;
  /// As of the last Refresh; version -1 if there is no such table.
  const Snapshot& Table(const std::string& table);
  /// The ledger's own table, a row for each file that was taken; likewise.
  const Snapshot& LedgerTable() const { return log_.snapshot(); }
  std::string TableFolder(const std::string& table) const;
  /// Makes a table's folder, for parts.
  Status MakeTableFolder(const std::string& table);
  std::string NextPartName() { return writer_.NextPartName(); }
  const std::string& writer() const { return writer_.name(); }

  /// Puts `entry` as version() + 1 and finishes it. False, and nothing is done, if another has put
  /// one. Parts must be whole; this syncs them. Tables may come in any order, each once. An entry
  /// that was put is without its takes afterwards.
  Result<bool> Commit(Entry& entry);
  /// Removes parts of a plan that lost.
  Status DropParts(const Entry& entry);

  /// Sweeps dead writers, removes old parts and views, writes checkpoints, cleans up logs.
  Result<Tidied> Tidy();

 private:
  Ledger(LedgerOptions options, Writer writer, Takes takes);
  Status Create();
  Status CatchUp(Tidied& tidied);
  Status TakeEntry(int64_t version, const struct Commit& commit);
  Status FillGap(int64_t last);
  Status FindLastEntry();
  Status Prepare(Entry& entry);
  Status SyncParts(const Entry& entry) const;
  DeltaLog& LogOf(const std::string& table);
  Status FindTables();

  // finish.cc
  Status FinishLast(Tidied& tidied);
  Result<bool> FinishTable(const TableChange& change, int64_t version);
  Result<std::optional<struct Commit>> CommitFor(const TableChange& change, int64_t version,
                                                 const Snapshot& table);
  Status Freshen(Tidied& tidied);

  // tidy.cc
  struct SweptFolder {
    std::string path;
    const Snapshot* table;  // null where no parts are
  };
  Status SweepWriters(std::set<std::string> suspects, Tidied& tidied);
  std::vector<SweptFolder> SweptFolders() const;
  Result<std::set<std::string>> WritersOfEntries();
  bool IsOfPast(const std::string& name) const;
  Status SweepFolder(const SweptFolder& folder, const std::set<std::string>& dead,
                     Tidied& tidied) const;
  Status RemoveOldParts(Tidied& tidied);
  Status WriteCheckpoints(Tidied& tidied);
  Status CheckpointLog(DeltaLog& log, int64_t last, Tidied& tidied);

  LedgerOptions options_;
  Writer writer_;
  Takes takes_;
  DeltaLog log_;  // of the ledger
  std::map<std::string, DeltaLog> tables_;
  std::optional<Entry> last_;  // the last entry of roost, without its takes
  int64_t last_version_ = -1;  // its version
  int64_t finished_version_ = -1;
  int64_t look_for_entries_ms_ = 0;
  Tidied recovery_;
};

}  // namespace roost::ledger
