// Reads input files and hands them out in batches of units, to any number of threads.
//
// Several threads call Next, each with its own Batch; a batch holds a run of small files, or one
// unit of a large one. Decompression (gzip and zstd, also of several members, found by magic
// bytes) and the search for record boundaries happen inside Next, so that they go on beside
// shredding. A unit's bytes live until the same Batch is passed to Next again.
//
// A file that cannot be opened or read, or that vanished, is a FileFault and the run goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/status.h"
#include "read/input.h"
#include "read/number_plan.h"
#include "read/unit.h"

namespace roost::read {

class Spools;

struct ReaderOptions {
  uint64_t unit_bytes = 1 << 20;         // a file up to twice this long comes as one unit
  uint64_t max_record_bytes = 64 << 20;  // a longer record is a kBroken unit (framing goes on
                                         // behind it) unless it can be streamed
  Spools* spools = nullptr;              // keeps what pipes bring; without it they can be read once
};

/// What is known of a file once its last unit has been handed out.
struct FileFacts {
  uint32_t file = 0;
  uint64_t bytes = 0;                    // on disk
  uint64_t decoded_bytes = 0;            // after decompression
  uint64_t hash_low = 0, hash_high = 0;  // XXH3-128 of the bytes on disk
  int64_t modified_ns = 0;               // since 1970; this and the next three as the file was
                                         // when it was opened
  uint64_t device = 0, inode = 0;
  int64_t born_ns = -1;
  enum class Compression : uint8_t { kNone, kGzip, kZstd } compression = Compression::kNone;
  uint64_t first_number = 0;  // numbers [first_number, first_number + numbers) are the file's own
  uint64_t numbers = 0;
  bool is_lines = false;  // cut as kLines
  bool is_array = false;  // cut as kElements
};

struct FileFault {
  uint32_t file = 0;
  std::string message;  // what, where, what to do
  FileFacts facts;      // what is known; all but `file` empty if it could not be opened
};

struct Batch {
  std::vector<Unit> units;
  std::vector<FileFacts> done;    // files whose last unit is in this batch
  std::vector<FileFault> faults;  // files that end here because they could not be read on
  Buffer<char> bytes;             // what the units point into
};

class Reader {
 public:
  /// `files` must outlive the reader. Without `reserve`, file numbers begin at 0.
  static Result<std::unique_ptr<Reader>> Make(const FileList& files, const ReaderOptions& options,
                                              ReserveNumbers reserve = {});
  static Result<std::unique_ptr<Reader>> Make(FileList&& files, const ReaderOptions& options,
                                              ReserveNumbers reserve = {}) = delete;
  virtual ~Reader() = default;

  /// Fills `batch` with the next units; an empty batch (no units, done or faults) is the end.
  /// Thread-safe. Only a bug or lack of memory is an error.
  virtual Status Next(Batch& batch) = 0;
  /// Bytes on disk read so far, for progress. Thread-safe.
  virtual uint64_t bytes_read() const = 0;
};

/// One document too long for memory: an object that holds one or more huge arrays at its top level.
/// Pull units until `last`, which is the document's, not the file's; all by the thread that got the
/// kStream unit, whose `stream` it must have copied out of the batch. Nobody else gets units of the
/// file meanwhile. When a fault is found (truncated, or too long for this way too), the last unit
/// is an empty kBroken: the whole document is to be undone and its bytes (raw_offset, raw_bytes;
/// see raw_text.h) are to be kept in quarantine. The reader must outlive it.
class DocumentStream {
 public:
  virtual ~DocumentStream() = default;
  virtual Status Next(Batch& batch) = 0;
  /// Where the document stands in the decoded file; its length is known with the last unit.
  virtual uint64_t raw_offset() const = 0;
  virtual uint64_t raw_bytes() const = 0;
};

}  // namespace roost::read
