// Makes what a commit changes of the rows that a store has: those of files that have other content
// now go, and tables whose columns have changed are written anew.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "ingest/batch.h"
#include "ledger/entry.h"
#include "roost/roost.h"
#include "shred/plan.h"
#include "store/row_removal.h"
#include "store/store_writer.h"

namespace roost::ingest {

class RowChanges {
 public:
  /// All must outlive it. `entry` is what the batch adds.
  RowChanges(const IngestOptions& options, store::StoreWriter& writer, ledger::Entry& entry)
      : options_(options), writer_(writer), entry_(entry) {}
  /// Removes the parts that it made, unless it was told to keep them.
  ~RowChanges();

  /// Adds to the entry. `replaced` are the numbers of the files whose rows go.
  Status Make(const std::vector<Batch::Change>& rewrites,
              const std::vector<store::NumberRange>& replaced,
              const shred::PublishedTables& published);
  void Keep() { made_.clear(); }
  /// Rows of the quarantine that go.
  uint64_t removed_rejects() const { return removed_rejects_; }

  /// What was written anew, and why, a line for each table.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  ledger::TableChange& ChangeOf(const std::string& table);
  void Note(const std::vector<store::WrittenPart>& parts);
  Result<store::RemovedRows> RemoveRows(const std::string& table, const std::string& column,
                                        int shift, const std::vector<store::NumberRange>& replaced);
  Status Replace(const std::string& table, const std::string& column, int shift,
                 const std::vector<store::NumberRange>& replaced);
  Status Rewrite(const Batch::Change& change, const std::vector<store::NumberRange>& replaced);

  const IngestOptions& options_;
  store::StoreWriter& writer_;
  ledger::Entry& entry_;
  std::vector<std::string> made_;  // paths
  uint64_t removed_rejects_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace roost::ingest
