// Hands out one file unit by unit: too long for one unit, or a pipe, of which nobody knows.
//
// Memory: what was read behind the last cut is kept, a little more than nothing as a rule and up to
// one record at most. Not thread-safe: the reader lends a file to one thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

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

class LargeFile {
 public:
  LargeFile(uint32_t index, const InputFile& file, const ReadContext& context)
      : index_(index), file_(file), context_(context) {}

  /// Puts the next unit into the empty `batch`, and with the last one the file's facts or fault.
  Status FillUnit(Batch& batch);
  /// True once the last unit was handed out, or a fault.
  bool is_done() const { return is_done_; }

 private:
  void Read(Batch& batch, size_t wanted);
  void Begin(Batch& batch);
  void Emit(Batch& batch, Cut cut);
  void EmitWhole(Batch& batch);
  void KeepRest(const Buffer<char>& text, size_t from);
  void Finish(Batch& batch, const Status& fault);
  TextEnd text_end() const;
  NumberBlock block();

  const uint32_t index_;
  const InputFile& file_;
  const ReadContext& context_;
  std::unique_ptr<Source> source_;
  std::optional<Framer> framer_;  // none until the first block has been looked at
  Buffer<char> rest_;             // decoded and behind the last cut
  bool at_end_ = false;           // nothing is left in the source
  bool is_done_ = false;
  uint64_t line_ = 1;  // of the first byte of rest_
  std::optional<NumberBlock> block_;
};

/// Makes the bytes behind the text `bytes[0, size)` readable and zero.
void Pad(Buffer<char>& bytes, size_t size);

}  // namespace roost::read
