// Makes one commit of the files of one batch: shreds them, as often as the plan asks for, and
// writes parts, ledger and quarantine.
//
// Order of calls: Shred, Write, EntryOf, and Keep once the entry is committed. Without Keep the
// batch takes back what it wrote. Without a writer nothing is written (--dry-run).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ingest/attempt.h"
#include "ingest/hints_file.h"
#include "ingest/inputs.h"
#include "ledger/entry.h"
#include "roost/roost.h"
#include "shred/publish.h"
#include "store/store_writer.h"
#include "store/stored_rows.h"

namespace roost::ingest {

/// What a batch adds to; it must outlive the batch.
struct Existing {
  const shred::PublishedTables* tables = nullptr;
  store::StoredRows* rows = nullptr;
};

class Batch {
 public:
  /// All arguments must outlive the batch.
  Batch(const IngestOptions& options, const Config& config, const Inputs& inputs,
        const RootNames& roots, read::Spools& spools, store::StoreWriter* writer,
        const Existing& existing = {})
      : options_(options),
        config_(config),
        inputs_(inputs),
        roots_(roots),
        spools_(spools),
        writer_(writer),
        existing_(existing),
        plan_(shred::FirstPlan(&config.hints, existing.tables, existing.rows)) {}

  Status Shred();
  /// Tables, conflicts, rejects and the account go into `result`.
  Status Write(IngestResult& result);
  /// What is to be committed.
  Result<ledger::Entry> EntryOf(const IngestResult& result);
  void Keep();

  /// A table whose rows must be written anew, in the same commit: its columns have changed.
  struct Change {
    const shred::FinalTable* before;
    const shred::FinalTable* after;
  };
  std::vector<Change> Rewrites() const;

  const FileOutcomes& files() const { return attempt_->files(); }

 private:
  Result<std::unique_ptr<store::Output>> OpenOutput() const;
  std::vector<ledger::Take> Takes() const;
  void ForEachTake(const std::function<void(const ledger::Take&)>& take_one) const;
  Status CarryRejects();
  ledger::TableChange ChangeOf(size_t table, const std::string& only_tables);
  std::string FileOf(int64_t id) const;
  void CountConflicts(IngestResult& result) const;

  const IngestOptions& options_;
  const Config& config_;
  const Inputs& inputs_;
  const RootNames& roots_;
  read::Spools& spools_;
  store::StoreWriter* writer_;
  Existing existing_;
  shred::Plan plan_;
  std::unique_ptr<store::Output> output_;
  std::unique_ptr<Attempt> attempt_;
  shred::FinalSchema schema_;
  std::vector<std::string> unused_hints_;
  bool has_some_ = false;  // tables were left out
  std::vector<store::PublishedTable> published_;
  store::LedgerParts ledger_parts_;
  std::vector<ledger::Take> takes_;
};

}  // namespace roost::ingest
