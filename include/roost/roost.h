// roost: result files of distributed jobs to related, documented Parquet tables, without loss.
//
// The pipeline as one free function per verb over plain option and result structs. Functions never
// print, exit or throw; errors are Status values whose message says what, where and what to do.
// All are safe to call from several threads on different output folders.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "roost/status.h"

namespace roost {

/// How far a run has come; for progress bars. Called from worker threads, one at a time.
struct Progress {
  uint64_t files_done = 0, files_total = 0;
  uint64_t bytes_done = 0, bytes_total = 0;  // on disk; total 0 when unknown (pipes)
  uint64_t rows = 0;
};

struct IngestOptions {
  std::vector<std::string> inputs;  // files, folders, globs, "-"
  std::string output_dir;
  std::string pattern;  // glob for names in folders; default *.json|jsonl|ndjson[.gz|.zst]
  std::string table;    // name of the root table; default from the files' names
  std::string config;   // roost.yaml with hints; default: the one in `output_dir`, if there is one
  std::vector<std::string> only_tables;  // write only these (others are counted as left out)
  unsigned threads = 0;                  // 0: one per core
  uint64_t memory_bytes = 512ull << 20;
  uint64_t max_record_bytes = 64ull << 20;
  unsigned max_depth = 1024;
  std::string compression = "zstd";  // zstd, snappy, none
  int compression_level = 1;
  uint64_t row_group_rows = 1 << 20;
  /// A table of at most so many bytes is written anew when its columns change, so that it is as if
  /// all had come at once. A larger one only gets further columns.
  uint64_t rewrite_bytes = 256ull << 20;
  /// Keep what can be counted of columns for next to nothing, for whoever describes the store.
  bool sketch = true;
  bool overwrite = false;
  bool dry_run = false;  // infer and report only
  std::function<void(const Progress&)> on_progress;
  std::function<bool()> should_stop;  // polled; true abandons the run and leaves nothing
};

struct TableSummary {
  std::string name;
  std::string json_path;
  uint64_t rows = 0, columns = 0, parts = 0, bytes = 0;
};

struct ConflictSummary {
  std::string table, column, sibling;  // values that `column` cannot hold are in `sibling`
  uint64_t values = 0;
  std::string first_file;     // as the ledger writes paths
  uint64_t first_offset = 0;  // byte offset of the record in the decoded file
};

struct RejectSummary {
  std::string file, reason;  // file: as the ledger writes paths
  uint64_t offset = 0, line = 0, bytes = 0;
};

/// Where everything went. Balanced: records_read == records_loaded + records_quarantined,
/// values_read == values_stored + nulls_read, and so for bytes.
struct Account {
  uint64_t records_read = 0, records_loaded = 0, records_quarantined = 0;
  uint64_t values_read = 0, values_stored = 0,
           nulls_read = 0;  // of loaded records; stored: from footers
  uint64_t bytes_read = 0, bytes_records = 0, bytes_between = 0, bytes_quarantined = 0;  // decoded
  bool balanced = false;
};

struct IngestResult {
  std::vector<TableSummary> tables;
  std::vector<ConflictSummary> conflicts;
  std::vector<RejectSummary> rejects;  // the first 100
  uint64_t reject_count = 0;
  uint64_t files_taken = 0, files_faulty = 0, files_ignored = 0;
  uint64_t files_known = 0;              // taken by an earlier run and unchanged: skipped
  uint64_t files_replaced = 0;           // of files_taken: changed since an earlier run
  std::vector<std::string> file_faults;  // the first 100, each what, where, what to do
  uint64_t duplicate_keys = 0;
  Account account;
  double seconds = 0, cpu_seconds = 0;
  uint64_t input_bytes = 0, peak_memory_bytes = 0;
  std::vector<std::string> unused_hints;  // of the configuration, a line each
  std::vector<std::string> notes;         // surprises worth a line each
};
Result<IngestResult> Ingest(const IngestOptions& options);

struct ExportOptions {
  std::string store_dir;   // OUT of an ingest
  std::string output_dir;  // the files come back below it, confined to it
  bool overwrite = false;
};
struct ExportResult {
  uint64_t files = 0, records = 0, bytes = 0;
  std::vector<std::string> unread_files;  // left out: ingest could read nothing of them
};
Result<ExportResult> Export(const ExportOptions& options);

enum class QueryFormat { kTable, kJson, kCsv, kParquet };
struct QueryOptions {
  std::string store_dir;
  std::string sql;
  QueryFormat format = QueryFormat::kTable;
  std::string output_file;  // needed for kParquet; else empty means `write`
  bool technical = false;   // show _roost_ columns in the views
  unsigned threads = 0;
  uint64_t memory_bytes = 512ull << 20;
  unsigned width = 0;                             // of a terminal for kTable; 0: unlimited
  std::function<Status(std::string_view)> write;  // takes the text piece by piece
};
/// Runs one SQL statement over the tables of a store, each a view; nothing outside it is reachable.
Result<uint64_t> Query(const QueryOptions& options);  // rows

struct ColumnDescription {
  std::string name, type, json_path, format, conflict_of;
  bool technical = false;
};
struct TableDescription {
  std::string name, json_path, parent;
  uint64_t rows = 0, bytes = 0, parts = 0;
  std::vector<ColumnDescription> columns;
};
/// Reads tables, columns, types and paths from the Parquet metadata of a store.
Result<std::vector<TableDescription>> DescribeSchema(const std::string& store_dir);

}  // namespace roost
