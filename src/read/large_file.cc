#include "read/large_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "read/structure_scan.h"

namespace roost::read {

namespace {

void DropFront(Buffer<char>& bytes, size_t count) {
  std::memmove(bytes.data(), bytes.data() + count, bytes.size() - count);
  bytes.SetSize(bytes.size() - count);
}

Status OutOfNumbers(const std::string& path, uint64_t offset) {
  return Status::CapacityError(
      "cannot read '", path, "' on behind byte ", offset,
      ": it has grown beyond all bounds since the run began, or unpacks to "
      "more than 2048 times its size; ingest it in a run of its own");
}

}  // namespace

void Pad(Buffer<char>& bytes, size_t size) {
  bytes.Reserve(size + kPadding);
  std::memset(bytes.data() + size, 0, kPadding);
}

Status LargeFile::FillUnit(Batch& batch) {
  if (!source_) {
    auto source = Source::Open(file_, context_.bytes_read);
    if (!source.ok()) {
      Finish(batch, source.status());
      return Status::OK();
    }
    source_ = std::move(*source);
  }
  batch.bytes.Append(rest_.data(), rest_.size());
  rest_.Clear();
  if (!framer_) Begin(batch);
  while (!is_done_ && batch.units.empty()) {
    Pad(batch.bytes, batch.bytes.size());
    Cut cut = framer_->Next({batch.bytes.data(), batch.bytes.size()}, text_end());
    if (cut.wanted > 0)
      Read(batch, cut.wanted);
    else
      Emit(batch, std::move(cut));
  }
  return Status::OK();
}

TextEnd LargeFile::text_end() const {
  if (!at_end_) return TextEnd::kOpen;
  return source_->fault().ok() ? TextEnd::kWhole : TextEnd::kTorn;
}

// Reads until the batch holds `wanted` bytes or the file ends.
void LargeFile::Read(Batch& batch, size_t wanted) {
  const size_t have = batch.bytes.size();
  if (at_end_ || wanted <= have) return;
  batch.bytes.Reserve(wanted + kPadding);
  const size_t count = source_->Read(batch.bytes.data() + have, wanted - have);
  at_end_ = count < wanted - have;
  batch.bytes.SetSize(have + count);
}

// A file of up to two units goes out whole; the first unit_bytes of a longer one tell its framing.
void LargeFile::Begin(Batch& batch) {
  const size_t unit_bytes = context_.options.unit_bytes;
  Read(batch, 2 * unit_bytes + 1);
  if (at_end_) {
    EmitWhole(batch);
    return;
  }
  const Framing framing = FindFraming({batch.bytes.data(), unit_bytes});
  line_ += CountLines(batch.bytes.data(), framing.prologue);
  framer_.emplace(FramerLimits{unit_bytes, context_.options.max_record_bytes}, framing);
  DropFront(batch.bytes, framing.prologue);
}

void LargeFile::EmitWhole(Batch& batch) {
  Pad(batch.bytes, batch.bytes.size());
  Unit unit;
  unit.file = index_;
  unit.begin = batch.bytes.data();
  unit.end = unit.begin + batch.bytes.size();
  unit.number = block().first;
  unit.last = true;
  batch.units.push_back(std::move(unit));
  Finish(batch, source_->fault());
}

void LargeFile::Emit(Batch& batch, Cut cut) {
  const size_t used = cut.size + cut.skip;
  const uint64_t offset = framer_->offset() - used;
  const uint64_t number = offset / context_.options.unit_bytes;
  const uint64_t line = line_;
  line_ += CountLines(batch.bytes.data(), used);
  if (!cut.is_unit) {
    DropFront(batch.bytes, used);
    return;
  }
  if (number >= block().count) {
    Finish(batch, OutOfNumbers(file_.path, offset));
    return;
  }
  KeepRest(batch.bytes, used);
  Pad(batch.bytes, cut.size);
  Unit unit;
  unit.file = index_;
  unit.kind = cut.kind;
  unit.begin = batch.bytes.data();
  unit.end = unit.begin + cut.size;
  unit.offset = offset;
  unit.line = line;
  unit.number = block().first + number;
  unit.last = cut.last;
  unit.reason = std::move(cut.reason);
  unit.continued = cut.continued;
  batch.units.push_back(std::move(unit));
  if (cut.last) Finish(batch, source_->fault());
}

// Memory that one long record needed is given back behind it.
void LargeFile::KeepRest(const Buffer<char>& text, size_t from) {
  const size_t size = text.size() - from;
  if (size < context_.options.unit_bytes && rest_.capacity() > 4 * context_.options.unit_bytes)
    rest_.Release();
  rest_.Append(text.data() + from, size);
}

// By now the file is known to hold what the source has decoded, which decides where its numbers
// are.
NumberBlock LargeFile::block() {
  if (!block_) block_ = context_.numbers->Of(index_, source_ ? source_->decoded_bytes() : 0);
  return *block_;
}

void LargeFile::Finish(Batch& batch, const Status& fault) {
  is_done_ = true;
  FileFacts facts;
  facts.file = index_;
  if (source_) source_->Describe(facts);
  facts.first_number = block().first;
  facts.numbers = block().count;
  facts.is_lines = framer_ && framer_->kind() == UnitKind::kLines;
  facts.is_array = framer_ && framer_->kind() == UnitKind::kElements;
  if (fault.ok())
    batch.done.push_back(facts);
  else
    batch.faults.push_back({index_, fault.message(), facts});
  rest_.Release();
  source_.reset();
}

}  // namespace roost::read
