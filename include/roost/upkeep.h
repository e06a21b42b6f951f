// Keeps a store in good health: tells how it stands, and whether all of it is as it says.
// docs/store.md is the manual.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "roost/status.h"

namespace roost {

struct VerifyOptions {
  std::string store_dir;
  bool quick = false;                    // logs, sizes, footers and views; no contents
  uint64_t memory_bytes = 256ull << 20;  // for ids; a smaller one means more passes
  std::function<bool()> should_stop;     // polled; true: Cancelled
};

/// Something that is not as it must be.
struct StoreProblem {
  std::string check;   // ledger log part view rows account takes numbers quarantine sketch
  std::string where;   // a path below the store, or a table
  std::string what;    // is wrong
  std::string advice;  // what to do
};

struct VerifyResult {
  int64_t version = 0;  // of the ledger: the last finished commit
  uint64_t commits = 0, tables = 0, parts = 0, rows = 0, bytes = 0, files = 0;  // looked at
  uint64_t problem_count = 0;
  std::vector<StoreProblem> problems;  // the first 1,000
  std::vector<std::string> notes;      // harmless: what the next writer does away with
  double seconds = 0;
};

/// Looks at everything that can be checked, and writes nothing. Others may write meanwhile. A
/// store so damaged that its tables cannot be told is a problem too, not an error.
Result<VerifyResult> Verify(const VerifyOptions& options);

/// How things stand in a store.
struct StoreStatus {
  int64_t version = 0;              // of the ledger: commits
  uint64_t files = 0, records = 0;  // in the tables
  uint64_t files_replaced = 0;      // had other content before
  uint64_t files_same = 0;          // have the content of an earlier one; empty files do not count
  struct Lately {
    uint64_t commits = 0, files = 0, bytes = 0, records = 0;
  };
  Lately minute, hour;                  // what was taken within the last one
  double seconds_since_commit = -1;     // -1: unknown
  uint64_t writers = 0, listeners = 0;  // alive
  struct Table {
    std::string name;
    uint64_t rows = 0, parts = 0, bytes = 0;
  };
  std::vector<Table> tables;
  struct Reason {
    std::string reason;
    uint64_t rejects = 0;
  };
  std::vector<Reason> quarantine;  // most frequent first
  uint64_t files_faulty = 0;       // could not be read to their end
  std::string last_fault;
};
/// Reads only.
Result<StoreStatus> LookAtStore(const std::string& store_dir);

struct CompactOptions {
  std::string store_dir;
  std::vector<std::string> tables;       // empty: all
  uint64_t target_bytes = 256ull << 20;  // of a part; a larger one gets no more rows
  bool dry_run = false;                  // tell what would be done
  unsigned threads = 0;                  // 0: one per core
  uint64_t memory_bytes = 512ull << 20;
  std::function<bool()> should_stop;  // polled; true: Cancelled, what is committed stays
};
struct CompactResult {
  struct Table {
    std::string name;
    uint64_t parts = 0, bytes = 0;          // before, of those that are written anew
    uint64_t new_parts = 0, new_bytes = 0;  // 0 of a dry run
    std::vector<std::string> folded;        // siblings that have gone into wider columns
  };
  std::vector<Table> tables;  // those that change
  struct Records {
    uint64_t parts = 0, new_parts = 0;  // 0 new ones of a dry run
  };
  Records records;  // of the ledger's own table and the quarantine; none where tables are named
  uint64_t commits = 0;
  uint64_t lost_races = 0;  // others' commits that came first
  std::vector<std::string> notes;
  double seconds = 0;
};
/// Makes few, large parts of many small ones, in the order of ids, and takes siblings back into
/// columns that can be made wide enough. Others may write meanwhile. Too little room on the disk is
/// an IOError before anything is written.
Result<CompactResult> Compact(const CompactOptions& options);

struct RetryOptions {
  std::string store_dir;
  std::string config;  // roost.yaml with hints; default: the one in the store
  uint64_t max_record_bytes = 64ull << 20;
  unsigned max_depth = 1024;
  unsigned threads = 0;  // 0: one per core
  uint64_t memory_bytes = 512ull << 20;
  bool dry_run = false;               // tell what would be done
  std::function<bool()> should_stop;  // polled; true: Cancelled, all stays as it was
};
struct RetryResult {
  uint64_t files = 0, records = 0;  // that had records in quarantine; those
  uint64_t files_taken = 0;         // again, in one commit
  uint64_t records_loaded = 0;      // that were not before
  uint64_t records_left = 0;        // in quarantine
  int64_t version = -1;             // of the commit; -1: there was none
  struct File {
    std::string file;  // as the ledger writes paths
    uint64_t records = 0,
             left = 0;         // in quarantine before and after; left is `records` unless taken
    bool is_in_place = false;  // and was read again; else what the store has of it
    std::string reason;        // of the first that is left, or empty
  };
  std::vector<File> what;  // the first 100
  std::vector<std::string> notes;
  double seconds = 0;
};
/// Tries what is in quarantine again, with these options: whole files that are still in place, else
/// the bytes that were kept. What can be taken now comes into the tables, in one commit; what
/// cannot stays, with its reason of today.
Result<RetryResult> Retry(const RetryOptions& options);

/// Something that the columns of a table were not before.
struct SchemaStep {
  int64_t version = 0, milliseconds = 0;  // of the ledger; since 1970
  std::string table;
  std::string change;  // table column sibling wider gone earlier: docs/formats/store.md
  std::string column, type, before;
  uint64_t count = 0;  // columns of a new table; changes that are not listed
  std::string file;    // that brought it
  std::string text;    // all of it in words
};

/// A column that may go on under another name.
struct PossibleRename {
  std::string table, from, to;
  int64_t version = 0;  // since when there is `to`
  std::string file;     // that brought it
  std::vector<std::string> evidence;
};

struct SchemaHistory {
  std::vector<SchemaStep> steps;  // oldest first
  std::vector<PossibleRename> renames;
};
/// Reads only: what a store's tables say of their past, and rows of columns that may have been
/// renamed. Nothing is ever renamed by roost itself.
Result<SchemaHistory> LookAtHistory(const std::string& store_dir);

}  // namespace roost
