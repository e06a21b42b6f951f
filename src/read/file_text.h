// The decoded text of one long file, its numbers, and what is to be told of it at the end.
//
// Shared by those who cut it: LargeFile and LongDocument. Not thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/buffer.h"
#include "base/status.h"
#include "read/framer.h"
#include "read/number_plan.h"
#include "read/reader.h"
#include "read/source.h"

namespace roost::read {

/// What all files of a run are read with.
struct ReadContext {
  ReaderOptions options;
  NumberPlan* numbers = nullptr;
  std::atomic<uint64_t>* bytes_read = nullptr;
};

/// Makes the bytes behind the text `bytes[0, size)` readable and zero.
void Pad(Buffer<char>& bytes, size_t size);
void DropFront(Buffer<char>& bytes, size_t count);

/// Makes the batch empty and keeps its memory, unless one long record had made it large.
void StartBatch(Batch& batch, uint64_t unit_bytes);

class FileText {
 public:
  /// `context` must outlive the text.
  FileText(uint32_t index, InputFile file, const ReadContext& context)
      : index_(index), file_(std::move(file)), context_(context) {}

  /// Appends to `text` until it is `wanted` bytes long or the file ends, and pads it. A file that
  /// cannot be opened or read on ends there.
  void Read(Buffer<char>& text, size_t wanted);
  /// Of all text that was read.
  TextEnd end() const;

  /// A unit without its bytes, which begin at `offset`. Its number is offset / unit_bytes from the
  /// file's first on, or the next if a unit before has that one (around long documents only). An
  /// error where the file has no number left.
  Result<Unit> MakeUnit(UnitKind kind, uint64_t offset, uint64_t line);

  /// Tells the file's facts and, if it could not be read to its end or `fault` is none, its fault.
  /// Nothing can be read from then on.
  void Report(Batch& batch, UnitKind framing, Status fault = Status::OK());
  bool is_reported() const { return is_reported_; }

  uint32_t index() const { return index_; }
  uint64_t unit_bytes() const { return context_.options.unit_bytes; }
  uint64_t max_record_bytes() const;

 private:
  NumberBlock block();

  const uint32_t index_;
  const InputFile file_;
  const ReadContext& context_;
  std::unique_ptr<Source> source_;
  Status fault_;
  bool at_end_ = false;
  bool is_reported_ = false;
  std::optional<NumberBlock> block_;
  uint64_t next_number_ = 0;  // within the block
};

}  // namespace roost::read
