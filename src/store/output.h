// Writes the tables of one run: takes rows from any number of shredders, and makes whole Parquet
// files of them in the folders of their tables, which mean nothing until somebody commits them.
//
// Order of calls: Create; NewSink for each thread; rows, ledger and rejects; all sinks destroyed;
// Publish; FinishLedger; a commit of what these told; Keep. An Output that is destroyed without
// Keep removes all that it wrote. docs/formats/tables.md says what is in the files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "shred/published.h"
#include "shred/slab.h"
#include "store/written_part.h"

namespace roost::store {

/// Where an output's files go; all on one file system.
struct OutputPlaces {
  std::string scratch;  // a folder of its own, which exists
  /// The path of a file that is to be made in the folder of `table`, which exists then; tables are
  /// named as in the schema, or kLedgerTable, kQuarantineTable. Called from several threads.
  std::function<Result<std::string>(const std::string& table)> new_part;
  /// The path of the file of sketches (sketch/part_sketches.h) of a part of `table`, in a folder
  /// that exists then. Likewise from several threads.
  std::function<Result<std::string>(const std::string& table, const std::string& part)>
      new_sketches;
  /// The same for the raw bytes of a long reject; its name is what the quarantine says.
  std::function<Result<std::string>()> new_raw_file;
};
constexpr const char* kLedgerTable = "_roost/ledger";
constexpr const char* kQuarantineTable = "_roost/quarantine";

struct OutputOptions {
  OutputPlaces places;
  std::string compression = "zstd";  // or snappy, none
  int compression_level = 1;         // of zstd
  uint64_t row_group_rows = 1 << 20;
  uint64_t row_group_bytes = 128 << 20;  // compressed
  uint64_t open_bytes = 128 << 20;  // memory that the open row groups of all sinks may hold before
                                    // the largest are ended
  uint64_t sketch_bytes = 0;        // memory for sketches of parts; 0: none are made
  uint64_t part_bytes = 1 << 30;    // a part that is larger gets no further row group
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
  std::optional<uint64_t> cluster, process;  // of the job that left it
  std::optional<uint64_t> replaces;          // first number of the row that this one stands for now
};

/// One row of _roost/quarantine: a record that could not be taken.
struct RejectRow {
  std::string file;
  uint64_t offset = 0, line = 0, bytes = 0;
  std::string reason;
  std::optional<std::string> json_path;
  std::string_view raw;  // read during AddReject only
  std::string raw_file;  // instead of `raw`: name of a RawFile
  uint64_t number = 0;   // one of the file's own numbers
};

/// The bytes of a reject that is too long for memory, written piece by piece.
class RawFile {
 public:
  virtual ~RawFile() = default;
  virtual Status Append(std::string_view bytes) = 0;
  /// Makes it durable.
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

struct PublishedTable {
  std::string name;
  uint64_t rows = 0, bytes = 0;
  std::vector<WrittenPart> parts;
  std::vector<ColumnCount> columns;
};

/// Parts of the ledger and the quarantine; none where there were no rows.
struct LedgerParts {
  std::optional<WrittenPart> ledger, quarantine;
};

class Output {
 public:
  static constexpr size_t kMaxInlineRaw = 1 << 20;  // longer rejects get a file each

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
  virtual Result<LedgerParts> FinishLedger() = 0;
  /// What was written is somebody's now and stays.
  virtual void Keep() = 0;
};

}  // namespace roost::store
