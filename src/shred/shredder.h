// Turns units of bytes into rows of tables: the engine of roost, one for each thread.
//
// Records that look like earlier ones take the walker (fast); all others the tape and the emitter
// (complete). What cannot be taken is a Reject, never an error. Shredders share nothing; what they
// found is joined by Publish (publish.h).
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/status.h"
#include "read/unit.h"
#include "shred/emitter.h"
#include "shred/plan.h"
#include "shred/slab.h"

namespace roost::shred {

struct ShredOptions {
  unsigned max_depth = 1024;
  bool use_walker = true;       // false: every record takes the complete way (for tests)
  size_t slab_bytes = 8 << 20;  // of values that may wait for more rows of their tables
};

/// Bytes that could not be taken, for quarantine.
struct Reject {
  uint64_t offset = 0;   // in the decoded file
  uint64_t line = 0;     // from 1
  std::string_view raw;  // points into the unit
  std::string reason;
  std::string json_path;  // empty where unknown
};

/// How the values of a file follow each other.
enum class Framing : uint8_t { kArray, kValues, kLines };

struct UnitOutcome {
  uint64_t records = 0;  // loaded
  uint64_t values = 0, nulls = 0, duplicate_keys = 0;
  uint64_t record_bytes = 0;   // of loaded records
  uint64_t between_bytes = 0;  // white space, commas, brackets, byte order mark
  uint64_t reject_bytes = 0;
  Framing framing = Framing::kValues;  // of whole files
  std::vector<Reject> rejects;
};

class RecordCounter;
class Walker;

class Shredder {
 public:
  /// `sink` and `plan` must outlive the shredder.
  Shredder(const ShredOptions& options, const Plan& plan, TableSink* sink);
  ~Shredder();

  /// Units of kinds kMember and kSkeleton that follow belong to the document with this number.
  void BeginDocument(uint64_t number) { document_number_ = number; }
  /// Writes the records of a unit to the root table `root` and its children.
  Status Shred(const read::Unit& unit, const std::string& root, UnitOutcome& outcome);
  /// From now on records are only counted, since their values are for nothing. A shredder does so
  /// by itself where a table gets too many columns; the others of the attempt should follow.
  Status CountOnly();
  bool counts_only() const { return counter_ != nullptr; }
  /// Hands everything out and ends all row groups.
  Status Finish();

  /// The hints whose demands have rejected records.
  const std::set<const Hint*>& demanding() const { return demanding_; }
  const TableSet& tables() const { return tables_; }
  TableSet& tables() { return tables_; }

 private:
  friend class UnitShredder;
  Status FlushFullTables();
  Status EndRound();
  size_t SlabBytesOfAll() const;
  Status FlushLarger(size_t bytes);
  Status FlushAll();

  ShredOptions options_;
  TableSet tables_;
  Flusher flusher_;
  RowCursor cursor_;
  ValueCounts counts_;
  Emitter emitter_;
  Tape tape_;
  std::unique_ptr<Walker> walker_;  // null where records are only counted
  std::unique_ptr<RecordCounter> counter_;
  uint64_t bytes_since_flush_ = 0;
  unsigned rounds_ = 0;
  uint64_t document_number_ = 0;
  std::set<const Hint*> demanding_;
};

}  // namespace roost::shred
