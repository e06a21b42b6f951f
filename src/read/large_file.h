// Hands out one file unit by unit: too long for one unit, or a pipe, of which nobody knows.
//
// Memory: what was read behind the last cut is kept, a little more than nothing as a rule and up to
// one record at most. Not thread-safe: the reader lends a file to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "base/buffer.h"
#include "base/status.h"
#include "read/file_text.h"
#include "read/framer.h"
#include "read/reader.h"

namespace roost::read {

class LargeFile {
 public:
  /// `end_stream` is called when a DocumentStream that FillUnit handed out has come to its end (or
  /// was given up): until then the file is the stream's. See FileText for the rest.
  LargeFile(uint32_t index, InputFile file, const ReadContext& context,
            std::function<void()> end_stream)
      : text_(index, std::move(file), context), end_stream_(std::move(end_stream)) {}

  /// Puts the next unit into the empty `batch`, and with the last one the file's facts or fault.
  void FillUnit(Batch& batch);
  /// True once the last unit was handed out, or a fault.
  bool is_done() const { return text_.is_reported(); }

 private:
  void Begin(Batch& batch);
  void Emit(Batch& batch, const Cut& cut);
  void EmitWhole(Batch& batch);
  void EmitStream(Batch& batch, Unit unit);
  void GoOnBehindDocument(Buffer<char> rest, uint64_t offset, uint64_t line);
  void KeepRest(Buffer<char>& text, size_t from, size_t unit_size);

  FileText text_;
  std::function<void()> end_stream_;
  std::optional<Framer> framer_;  // none until the first block has been looked at
  Buffer<char> rest_;             // decoded and behind the last cut
  uint64_t line_ = 1;             // of the first byte of rest_
};

}  // namespace roost::read
