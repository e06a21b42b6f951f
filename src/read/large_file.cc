#include "read/large_file.h"

#include <memory>
#include <utility>

#include "read/long_document.h"
#include "read/structure_scan.h"

namespace roost::read {
namespace {

constexpr size_t kMuchText = 4;  // units

}  // namespace

void LargeFile::FillUnit(Batch& batch) {
  Buffer<char>& text = batch.bytes;
  if (rest_.size() > kMuchText * text_.unit_bytes())
    std::swap(text, rest_);
  else
    text.Append(rest_.data(), rest_.size());
  rest_.Clear();
  if (!framer_) Begin(batch);
  while (!is_done() && batch.units.empty()) {
    Pad(text, text.size());
    const Cut cut = framer_->Next({text.data(), text.size()}, text_.end());
    if (cut.wanted > 0)
      text_.Read(text, cut.wanted);
    else
      Emit(batch, cut);
  }
}

// A file of up to two units goes out whole; the first unit_bytes of a longer one tell its framing.
void LargeFile::Begin(Batch& batch) {
  const size_t unit_bytes = text_.unit_bytes();
  text_.Read(batch.bytes, 2 * unit_bytes + 1);
  if (text_.end() != TextEnd::kOpen) return EmitWhole(batch);
  const Framing framing = FindFraming({batch.bytes.data(), unit_bytes});
  line_ += CountLines(batch.bytes.data(), framing.prologue);
  framer_.emplace(FramerLimits{unit_bytes, text_.max_record_bytes()}, framing);
  DropFront(batch.bytes, framing.prologue);
}

void LargeFile::EmitWhole(Batch& batch) {
  auto unit = text_.MakeUnit(UnitKind::kWholeFile, 0, 1);
  const bool has_text = text_.end() == TextEnd::kWhole || batch.bytes.size() > 0;
  if (unit.ok() && has_text) {
    unit->begin = batch.bytes.data();
    unit->end = unit->begin + batch.bytes.size();
    unit->last = true;
    batch.units.push_back(std::move(*unit));
  }
  text_.Report(batch, UnitKind::kWholeFile, unit.status());
}

void LargeFile::Emit(Batch& batch, const Cut& cut) {
  const size_t used = cut.size + cut.skip;
  const uint64_t line = line_;
  line_ += CountLines(batch.bytes.data(), used);
  if (!cut.is_unit) return DropFront(batch.bytes, used);
  auto unit = text_.MakeUnit(cut.kind, framer_->offset() - used, line);
  if (!unit.ok()) return text_.Report(batch, framer_->kind(), unit.status());
  if (cut.kind == UnitKind::kStream) return EmitStream(batch, std::move(*unit));
  KeepRest(batch.bytes, used, cut.size);
  Pad(batch.bytes, cut.size);
  unit->begin = batch.bytes.data();
  unit->end = unit->begin + cut.size;
  unit->last = cut.last;
  unit->reason = cut.reason;
  unit->continued = cut.continued;
  batch.units.push_back(std::move(*unit));
  if (cut.last) text_.Report(batch, framer_->kind());
}

void LargeFile::EmitStream(Batch& batch, Unit unit) {
  auto stream =
      std::make_shared<LongDocument>(&text_, unit, std::move(batch.bytes),
                                     [this](Buffer<char> rest, uint64_t offset, uint64_t line) {
                                       GoOnBehindDocument(std::move(rest), offset, line);
                                     });
  Pad(batch.bytes, 0);
  unit.begin = unit.end = batch.bytes.data();
  unit.stream = std::move(stream);
  batch.units.push_back(std::move(unit));
}

void LargeFile::GoOnBehindDocument(Buffer<char> rest, uint64_t offset, uint64_t line) {
  rest_ = std::move(rest);
  line_ = line;
  framer_->Restart(offset);
  // This file may be gone when the call returns, and its member with it.
  const std::function<void()> end_stream = end_stream_;
  end_stream();
}

// What stands behind a unit of `unit_size` bytes, from `from` on. A long record that goes out in
// pieces is moved, not copied for each thread, and its memory is given back behind it.
void LargeFile::KeepRest(Buffer<char>& text, size_t from, size_t unit_size) {
  const size_t size = text.size() - from;
  if (size > kMuchText * text_.unit_bytes()) {
    std::swap(rest_, text);
    text.Clear();
    text.Append(rest_.data(), unit_size);
    return DropFront(rest_, from);
  }
  if (size < text_.unit_bytes() && rest_.capacity() > 4 * text_.unit_bytes()) rest_.Release();
  rest_.Append(text.data() + from, size);
}

}  // namespace roost::read
