#include "read/long_document.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"

namespace roost::read {
namespace {

// Read beyond where a piece of an array should end, in the hope that an element ends there.
constexpr size_t kLookahead = 64 << 10;

size_t CountSpace(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && IsSpace(text[count])) ++count;
  return count;
}

std::string Decode(std::string_view quoted) {
  // What is no proper key is compared as it stands; the shredder will refuse it in the skeleton.
  auto decoded = DecodeJsonString(quoted);
  return decoded.ok() ? *decoded : std::string(quoted);
}

}  // namespace

LongDocument::LongDocument(FileText* file, const Unit& start, Buffer<char> text, Leave leave)
    : file_(file),
      offset_(start.offset),
      line_(start.line),
      number_(start.number),
      leave_(std::move(leave)),
      skeleton_(std::move(text)) {}

LongDocument::~LongDocument() {
  if (mode_ == Mode::kDone) return;
  Batch batch;
  file_->Report(batch, UnitKind::kValues);
  leave_({}, offset_, line_);
}

Status LongDocument::Next(Batch& batch) {
  // The batch may hold the last other owner of this stream.
  const std::shared_ptr<LongDocument> self = shared_from_this();
  StartBatch(batch, file_->unit_bytes());
  while (mode_ != Mode::kDone && batch.units.empty()) {
    if (mode_ == Mode::kMembers)
      FillMembers(batch);
    else if (mode_ == Mode::kElements)
      FillElements(batch);
    else
      FillSeparator(batch);
  }
  return Status::OK();
}

std::string LongDocument::key() const { return Decode(members_.key(skeleton())); }

bool LongDocument::WasStreamed(const std::string& key) const {
  return std::find(streamed_.begin(), streamed_.end(), key) != streamed_.end();
}

// Looked for only when an array is about to be taken apart: a set of all keys would cost memory.
bool LongDocument::StandsInSkeleton(const std::string& key) const {
  const auto before = static_cast<size_t>(members_.key(skeleton()).data() - skeleton_.data());
  MemberScan scan;
  for (MemberScan::Event event;
       (event = scan.Next(skeleton().substr(0, before))) != MemberScan::Event::kMore;) {
    if (event == MemberScan::Event::kKey && Decode(scan.key(skeleton())) == key) return true;
  }
  return false;
}

void LongDocument::FillMembers(Batch& batch) {
  switch (members_.Next(skeleton())) {
    case MemberScan::Event::kKey:
      if (WasStreamed(key()))
        Fail(batch, "key \"" + key() +
                        "\" occurs again behind its array, which was too long to be "
                        "kept in memory; raise --max-record");
      return;
    case MemberScan::Event::kArray:
      if (WantsApart()) BeginArray();
      return;
    case MemberScan::Event::kEnd:
      if (members_.at() > file_->max_record_bytes()) return FailAsTooLong(batch);
      return EmitSkeleton(batch);
    case MemberScan::Event::kMore:
      break;
  }
  if (skeleton_.size() > file_->max_record_bytes()) return FailAsTooLong(batch);
  if (file_->end() != TextEnd::kOpen) return Fail(batch, "the file ends inside this document");
  file_->Read(skeleton_, skeleton_.size() + file_->unit_bytes());
}

void LongDocument::FailAsTooLong(Batch& batch) {
  Fail(batch, "document longer than --max-record (" + std::to_string(file_->max_record_bytes()) +
                  " bytes) even without the arrays that can be streamed; raise it");
}

bool LongDocument::WantsApart() {
  file_->Read(skeleton_, members_.at() + file_->unit_bytes());
  return CanStreamArray(skeleton().substr(members_.at()), file_->unit_bytes()) &&
         !StandsInSkeleton(key());
}

// The text behind the array's [ moves over, and a ] takes its place.
void LongDocument::BeginArray() {
  const size_t at = members_.at();
  streamed_.push_back(key());
  elements_.Clear();
  std::swap(elements_, skeleton_);
  elements_begin_ = at;
  skeleton_.Append(elements_.data(), at);
  elements_offset_ = offset_ + at + taken_bytes_;
  elements_line_ = line_ + CountLines(skeleton_.data(), at) + taken_lines_;
  first_index_ = 0;
  finder_ = RecordFinder::Make(UnitKind::kElements, file_->unit_bytes());
  skeleton_.Push(']');
  Pad(skeleton_, skeleton_.size());
  members_.LeaveArray();
  mode_ = Mode::kElements;
}

void LongDocument::FillElements(Batch& batch) {
  const size_t target = file_->unit_bytes() - elements_offset_ % file_->unit_bytes();
  if (elements().size() < target) file_->Read(elements_, elements_begin_ + target + kLookahead);
  if (elements().size() >= target && CountSpace(elements().substr(0, target)) == target)
    return Advance(target);
  const Boundary found = finder_->Find(elements(), target);
  const std::string array = "array \"" + streamed_.back() + "\"";
  const bool is_found = found.kind != Boundary::Kind::kNone;
  size_t end = is_found ? found.end : finder_->KnownEnd(elements());
  while (is_found && end > 0 && IsSpace(elements()[end - 1])) --end;
  const uint64_t longest = file_->max_record_bytes();
  if (end > longest && end - finder_->LastStart(elements(), target) > longest)
    return Fail(batch, array + " has an element longer than --max-record (" +
                           std::to_string(longest) + " bytes); raise it");
  if (found.kind == Boundary::Kind::kStray)
    return Fail(batch, "a } stands where " + array + " should end");
  if (is_found) return EmitElements(batch, found);
  if (file_->end() != TextEnd::kOpen)
    return Fail(batch, "the file ends inside " + array + " of this document");
  file_->Read(elements_, elements_.size() + elements_.size() / 4 + kLookahead);
}

void LongDocument::EmitElements(Batch& batch, const Boundary& found) {
  const bool closes = found.kind == Boundary::Kind::kClosed;
  const size_t size = closes ? found.end : found.next;
  const ElementLook look = LookAtElements(elements().substr(0, size));
  if (look.has_others)
    return Fail(batch, "array \"" + streamed_.back() +
                           "\" holds other elements than objects and "
                           "cannot be streamed; raise --max-record");
  if (look.elements == 0)
    return Fail(batch, "array \"" + streamed_.back() + "\" has no value behind its last comma");
  auto unit = file_->MakeUnit(UnitKind::kMember, elements_offset_, elements_line_);
  if (!unit.ok()) return Fail(batch, unit.status().message());

  batch.bytes.Append(elements().data(), size);
  Pad(batch.bytes, size);
  const bool is_space = found.kind == Boundary::Kind::kSpace;
  if (is_space && elements()[found.end - 1] != ',') mode_ = Mode::kSeparator;
  Advance(found.next);
  unit->begin = batch.bytes.data();
  unit->end = unit->begin + size;
  unit->member = streamed_.back();
  unit->first_index = first_index_;
  first_index_ += look.elements;
  batch.units.push_back(std::move(*unit));
  if (closes) LeaveArray();
}

// White space without end behind an element, and what should follow it.
void LongDocument::FillSeparator(Batch& batch) {
  Advance(CountSpace(elements()));
  if (elements().empty() && file_->end() == TextEnd::kOpen)
    return file_->Read(elements_, elements_begin_ + file_->unit_bytes());
  const std::string array = "array \"" + streamed_.back() + "\"";
  if (elements().empty()) return Fail(batch, "the file ends inside " + array + " of this document");
  const char byte = elements()[0];
  if (byte != ',' && byte != ']')
    return Fail(batch, "expected , or ] behind an element of " + array);
  Advance(1);
  mode_ = Mode::kElements;
  if (byte == ']') LeaveArray();
}

void LongDocument::Advance(size_t bytes) {
  elements_offset_ += bytes;
  elements_line_ += CountLines(elements().data(), bytes);
  finder_->Drop(bytes);
  elements_begin_ += bytes;
  if (elements_begin_ > elements_.size() / 2) DropElements();
}

void LongDocument::DropElements() {
  DropFront(elements_, elements_begin_);
  elements_begin_ = 0;
  Pad(elements_, elements_.size());
}

// What stands behind the array's ] follows in the skeleton.
void LongDocument::LeaveArray() {
  taken_bytes_ = elements_offset_ - offset_ - skeleton_.size();
  taken_lines_ = elements_line_ - line_ - CountLines(skeleton_.data(), skeleton_.size());
  skeleton_.Append(elements().data(), elements().size());
  Pad(skeleton_, skeleton_.size());
  elements_.Clear();
  elements_begin_ = 0;
  mode_ = Mode::kMembers;
}

// The last unit, which stands for the document.
Unit LongDocument::WholeUnit(UnitKind kind) const {
  Unit unit;
  unit.file = file_->index();
  unit.kind = kind;
  unit.offset = offset_;
  unit.line = line_;
  unit.number = number_;
  unit.last = true;
  return unit;
}

void LongDocument::EmitSkeleton(Batch& batch) {
  const size_t size = members_.at();
  raw_bytes_ = size + taken_bytes_;
  const uint64_t line = line_ + CountLines(skeleton_.data(), size) + taken_lines_;
  Buffer<char> rest;
  rest.Append(skeleton_.data() + size, skeleton_.size() - size);
  std::swap(batch.bytes, skeleton_);
  Pad(batch.bytes, size);
  batch.units.push_back(WholeUnit(UnitKind::kSkeleton));
  batch.units[0].begin = batch.bytes.data();
  batch.units[0].end = batch.bytes.data() + size;
  batch.units[0].streamed_members = streamed_;
  Finish(batch, std::move(rest), line);
}

// The document cannot be kept: followed to its end, or to the end of the file, without keeping it.
void LongDocument::Fail(Batch& batch, const std::string& reason) {
  DropElements();
  StructureScan scan = members_.structure();
  const bool is_in_array = mode_ != Mode::kMembers;
  Buffer<char>& text = is_in_array ? elements_ : skeleton_;
  size_t at = is_in_array ? 0 : members_.at();
  uint64_t offset = is_in_array ? elements_offset_ : offset_ + taken_bytes_;
  uint64_t line = is_in_array ? elements_line_ : line_ + taken_lines_;
  if (is_in_array) scan.set_depth(2);
  for (;;) {
    at = scan.Skip(text.data(), at, text.size(), 1);
    line += CountLines(text.data(), at);
    offset += at;
    DropFront(text, at);
    at = 0;
    if (scan.depth() < 1 || file_->end() != TextEnd::kOpen) break;
    file_->Read(text, file_->unit_bytes());
  }
  raw_bytes_ = offset - offset_;
  Pad(batch.bytes, 0);
  batch.units.push_back(WholeUnit(UnitKind::kBroken));
  batch.units[0].begin = batch.units[0].end = batch.bytes.data();
  batch.units[0].reason = reason;
  Finish(batch, std::move(text), line);
}

// Tells of the file too if nothing but white space follows.
void LongDocument::Finish(Batch& batch, Buffer<char> rest, uint64_t line) {
  mode_ = Mode::kDone;
  uint64_t offset = offset_ + raw_bytes_;
  for (;;) {
    const size_t space = CountSpace({rest.data(), rest.size()});
    line += CountLines(rest.data(), space);
    offset += space;
    DropFront(rest, space);
    if (rest.size() > 0) break;
    if (file_->end() != TextEnd::kOpen) {
      file_->Report(batch, UnitKind::kValues);
      break;
    }
    file_->Read(rest, file_->unit_bytes());
  }
  leave_(std::move(rest), offset, line);
}

}  // namespace roost::read
