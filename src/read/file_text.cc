#include "read/file_text.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace roost::read {

void Pad(Buffer<char>& bytes, size_t size) {
  bytes.Reserve(size + kPadding);
  std::memset(bytes.data() + size, 0, kPadding);
}

void DropFront(Buffer<char>& bytes, size_t count) {
  if (count == 0) return;
  std::memmove(bytes.data(), bytes.data() + count, bytes.size() - count);
  bytes.SetSize(bytes.size() - count);
}

void StartBatch(Batch& batch, uint64_t unit_bytes) {
  batch.units.clear();
  batch.done.clear();
  batch.faults.clear();
  batch.bytes.Clear();
  if (batch.bytes.capacity() > 8 * unit_bytes) batch.bytes.Release();
}

void FileText::Read(Buffer<char>& text, size_t wanted) {
  const size_t have = text.size();
  if (!source_ && !at_end_) {
    auto opened = Source::Open(file_, context_.bytes_read, context_.options.spools);
    if (opened.ok()) source_ = std::move(*opened);
    fault_ = opened.status();
    at_end_ = !opened.ok();
  }
  if (!at_end_ && wanted > have) {
    text.Reserve(wanted + kPadding);
    const size_t count = source_->Read(text.data() + have, wanted - have);
    at_end_ = count < wanted - have;
    fault_ = source_->fault();
    text.SetSize(have + count);
  }
  Pad(text, text.size());
}

TextEnd FileText::end() const {
  if (!at_end_) return TextEnd::kOpen;
  return fault_.ok() ? TextEnd::kWhole : TextEnd::kTorn;
}

// What the file is known to hold by now decides where its numbers are.
NumberBlock FileText::block() {
  if (!block_) block_ = context_.numbers->Of(index_, source_ ? source_->known_bytes() : 0);
  return *block_;
}

Result<Unit> FileText::MakeUnit(UnitKind kind, uint64_t offset, uint64_t line) {
  const uint64_t number = std::max(offset / unit_bytes(), next_number_);
  if (number >= block().count)
    return Status::CapacityError("cannot read '", file_.path, "' on behind byte ", offset,
                                 ": it has grown beyond all bounds since the run began, or unpacks "
                                 "to more than 2048 times its size; ingest it in a run of its own");
  next_number_ = number + 1;
  Unit unit;
  unit.file = index_;
  unit.kind = kind;
  unit.offset = offset;
  unit.line = line;
  unit.number = block().first + number;
  return unit;
}

void FileText::Report(Batch& batch, UnitKind framing, Status fault) {
  if (fault.ok()) fault = fault_;
  FileFacts facts;
  facts.file = index_;
  if (source_) source_->Describe(facts);
  facts.first_number = block().first;
  facts.numbers = block().count;
  facts.is_lines = framing == UnitKind::kLines;
  facts.is_array = framing == UnitKind::kElements;
  if (fault.ok())
    batch.done.push_back(facts);
  else
    batch.faults.push_back({index_, fault.message(), facts});
  source_.reset();
  at_end_ = true;
  is_reported_ = true;
}

uint64_t FileText::max_record_bytes() const {
  return std::max(context_.options.max_record_bytes, 2 * unit_bytes());
}

}  // namespace roost::read
