// Writes the tables of one run: takes rows from any number of shredders, and puts a complete folder
// of Parquet files where the user asked for it, or nothing.
//
// Order of calls: Create; NewSink for each thread; rows, ledger and rejects; all sinks destroyed;
// Publish; Commit. Everything is written into a private folder beside the wanted one and on the
// same file system, which Commit renames. An Output that is destroyed without Commit removes its
// folder. docs/formats/tables.md says what is in the files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "shred/published.h"
#include "shred/slab.h"

namespace roost::store {

struct OutputOptions {
  std::string output_dir;
  std::string compression = "zstd";  // or snappy, none
  int compression_level = 1;         // of zstd
  uint64_t row_group_rows = 1 << 20;
  uint64_t row_group_bytes = 128 << 20;  // compressed
  uint64_t open_bytes = 128 << 20;  // memory that the open row groups of all sinks may hold before
                                    // the largest are ended
  uint64_t part_bytes = 1 << 30;    // a part that is larger gets no further row group
  bool overwrite = false;           // only a folder that roost wrote
};

/// One row of _roost/ledger: what became of an input file.
struct LedgerRow {
  std::string path;
  uint64_t bytes = 0, decoded_bytes = 0;
  int64_t modified_microseconds = 0;  // since 1970, UTC
  uint64_t hash_low = 0, hash_high = 0;
  std::string compression = "none";  // none gzip zstd
  std::string framing;               // array values lines
  std::string root_table;            // identity
  uint64_t first_number = 0, numbers = 0;
  uint64_t records = 0, loaded = 0, quarantined = 0;
  uint64_t values = 0, nulls = 0;
  std::optional<std::string> fault;
};

/// One row of _roost/quarantine: a record that could not be taken.
struct RejectRow {
  std::string file;
  uint64_t offset = 0, line = 0, bytes = 0;
  std::string reason;
  std::optional<std::string> json_path;
  std::string_view raw;  // read during AddReject only
  std::string raw_file;  // instead of `raw`: name of a RawFile
};

/// The bytes of a reject that is too long for memory, written piece by piece.
class RawFile {
 public:
  virtual ~RawFile() = default;
  virtual Status Append(std::string_view bytes) = 0;
  virtual Status Close() = 0;
  /// For RejectRow::raw_file.
  virtual const std::string& name() const = 0;
};

/// A sink whose rows count only after Keep; without it they are dropped. Neither while rows come.
class StagedSink : public shred::TableSink {
 public:
  virtual Status Keep() = 0;
  virtual Status Drop() = 0;
};

struct PublishedColumn {
  std::string name;
  uint64_t stored = 0;  // values, as the written footers count them; of lists: their items
};

struct PublishedTable {
  std::string name;
  uint64_t rows = 0, parts = 0, bytes = 0;
  std::vector<PublishedColumn> columns;
};

class Output {
 public:
  static constexpr size_t kMaxInlineRaw = 1 << 20;  // longer rejects get a file each

  /// Refuses a folder that has something in it, unless `overwrite` and roost made it.
  static Result<std::unique_ptr<Output>> Create(OutputOptions options);
  virtual ~Output() = default;

  /// One per shredder. Thread-safe, as all calls up to Publish are.
  virtual std::unique_ptr<shred::TableSink> NewSink() = 0;
  virtual std::unique_ptr<StagedSink> NewStagedSink() = 0;

  virtual Status AddLedger(std::span<const LedgerRow> rows) = 0;
  virtual Status AddReject(const RejectRow& row) = 0;
  virtual Result<std::unique_ptr<RawFile>> NewRawFile() = 0;

  /// Makes the parts of all tables, in as many threads; what is in no table of `schema` is dropped.
  virtual Result<std::vector<PublishedTable>> Publish(const shred::FinalSchema& schema,
                                                      unsigned threads) = 0;
  /// Makes everything durable and visible. `account_json` goes into _roost/format.json.
  virtual Status Commit(std::string_view account_json) = 0;
};

}  // namespace roost::store
