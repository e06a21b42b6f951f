#include "read/framer.h"

#include <algorithm>

#include "base/status.h"
#include "read/document_scan.h"
#include "read/structure_scan.h"

namespace roost::read {
namespace {

// Read beyond where a unit should end, in the hope that a record ends there. More is copied to the
// next unit in vain, less is asked for again too often.
constexpr size_t kLookahead = 32 << 10;
// White space behind the top-level array that is looked through before its last unit goes out.
constexpr size_t kLookBehind = 4096;

Cut Want(size_t bytes) {
  Cut cut;
  cut.wanted = bytes;
  return cut;
}

size_t CountSpace(std::string_view text) {
  return std::min(text.find_first_not_of(" \t\r\n"), text.size());
}

}  // namespace

Framer::Framer(const FramerLimits& limits, const Framing& framing)
    : unit_bytes_(limits.unit_bytes),
      max_record_bytes_(std::max(limits.max_record_bytes, 2 * limits.unit_bytes)),
      stream_bytes_(std::max(8 * limits.unit_bytes, max_record_bytes_ / 4)),
      piece_bytes_(std::min(max_record_bytes_, 8 * limits.unit_bytes)),
      kind_(framing.kind),
      finder_(RecordFinder::Make(framing.kind, limits.unit_bytes)),
      offset_(framing.prologue) {}

Cut Framer::Next(std::string_view text, TextEnd end) {
  switch (mode_) {
    case Mode::kRecords:
      return NextRecords(text, end);
    case Mode::kLongRecord:
      return NextOfLongRecord(text, end);
    case Mode::kBehindElement:
      return NextBehindElement(text, end);
    case Mode::kBehindArray:
      return NextBehindArray(text, end);
    case Mode::kLost:
      break;
  }
  return NextLost(text, end);
}

// Bytes from the offset `from` of the decoded file to the next multiple of unit_bytes.
uint64_t Framer::ToUnitEnd(uint64_t from) const { return unit_bytes_ - from % unit_bytes_; }

// Settles a cut, unless whether it is the last cannot be known yet: then nothing has changed.
// `cut.last` comes in as "the last, if it takes all the text".
Cut Framer::Take(Cut cut, Mode next, std::string_view text, TextEnd end) {
  const size_t used = cut.size + cut.skip;
  if (cut.last && used == text.size() && end == TextEnd::kOpen) return Want(text.size() + 1);
  cut.last = cut.last && used == text.size();
  finder_->Drop(used);
  offset_ += used;
  mode_ = next;
  has_cut_ |= cut.is_unit;
  if (cut.is_unit) is_continued_ = next == Mode::kLongRecord || next == Mode::kLost;
  return cut;
}

Cut Framer::Broken(size_t size, const std::string& reason) {
  Cut cut;
  cut.size = size;
  cut.kind = UnitKind::kBroken;
  cut.continued = is_continued_;
  cut.reason = reason;
  return cut;
}

Cut Framer::Skip(size_t size, Mode next, std::string_view text, TextEnd end) {
  Cut cut;
  cut.kind = kind_;
  cut.is_unit = false;
  cut.skip = size;
  return Take(cut, next, text, end);
}

Cut Framer::NextRecords(std::string_view text, TextEnd end) {
  const size_t target = ToUnitEnd(offset_);
  if (text.size() < target && end == TextEnd::kOpen) return Want(target + kLookahead);
  if (text.size() >= target && CountSpace(text.substr(0, target)) == target)
    return Skip(target, Mode::kRecords, text, end);
  const Boundary found = finder_->Find(text, target);
  const bool is_found = found.kind != Boundary::Kind::kNone;
  const size_t record_end = is_found ? EndOfRecord(text, found) : finder_->KnownEnd(text);
  if (record_end > std::min(stream_bytes_, max_record_bytes_)) {
    const size_t start = finder_->LastStart(text, target);
    const bool is_stream = IsStream(text, start, record_end - start);
    if (is_stream || record_end - start > max_record_bytes_) {
      Cut cut;
      cut.kind = is_stream && start == 0 ? UnitKind::kStream : kind_;
      cut.size = start;
      if (is_stream || start > 0) return Take(cut, Mode::kRecords, text, end);
      return NextOfLongRecord(text, end);
    }
  }
  if (found.kind == Boundary::Kind::kClosed) return CloseArray(found, text, end);
  if (found.kind == Boundary::Kind::kStray) return LoseTrack(found, text, end);
  if (!is_found) {
    if (end != TextEnd::kOpen) return EndOfText(text, end);
    return Want(text.size() + text.size() / 4 + kLookahead);
  }
  Cut cut;
  cut.kind = kind_;
  cut.size = found.next;
  cut.last = kind_ != UnitKind::kElements;
  const bool lacks_comma = found.kind == Boundary::Kind::kSpace && text[found.end - 1] != ',';
  return Take(cut, lacks_comma ? Mode::kBehindElement : Mode::kRecords, text, end);
}

// Of an element without the white space behind it.
size_t Framer::EndOfRecord(std::string_view text, const Boundary& found) const {
  size_t end = found.end;
  while (kind_ == UnitKind::kElements && end > 0 && IsSpace(text[end - 1])) --end;
  return end;
}

// Whether the record at `start`, of which `bytes` are known to exist, is an object to be taken
// piece by piece. Its beginning is looked at twice, to lengths that depend on nothing but the
// limits.
bool Framer::IsStream(std::string_view text, size_t start, uint64_t bytes) {
  if (kind_ != UnitKind::kValues || start == text.size() || text[start] != '{') return false;
  if (refused_at_ != offset_ + start) looked_at_ = 0;
  refused_at_ = offset_ + start;
  for (uint64_t length : {stream_bytes_, max_record_bytes_}) {
    if (bytes <= length || looked_at_ >= length) continue;
    if (CanStream(text.substr(start, length), unit_bytes_)) return true;
    looked_at_ = length;
  }
  return false;
}

void Framer::Restart(uint64_t offset) {
  finder_ = RecordFinder::Make(kind_, unit_bytes_);
  offset_ = offset;
  mode_ = Mode::kRecords;
}

// What is left when the file ends. An array must have been closed before, and a file that could not
// be read on may hide that its last record is none.
Cut Framer::EndOfText(std::string_view text, TextEnd end) {
  Cut cut;
  cut.kind = kind_;
  cut.size = text.size();
  cut.last = kind_ != UnitKind::kElements;
  if (cut.last && end == TextEnd::kWhole) return Take(cut, Mode::kRecords, text, end);
  if (!finder_->EndsWhole(text)) cut.size = finder_->LastStart(text, text.size());
  if (cut.size > 0 || (cut.last && text.empty())) return Take(cut, Mode::kRecords, text, end);
  cut = Broken(text.size(), kind_ == UnitKind::kElements && end == TextEnd::kWhole
                                ? "the file ends inside its top-level array: ] is missing"
                                : "the file could not be read on behind this");
  cut.last = true;
  return Take(cut, Mode::kRecords, text, end);
}

// A record that is too long goes out in pieces, without the separator behind it.
Cut Framer::NextOfLongRecord(std::string_view text, TextEnd end) {
  const size_t wanted = piece_bytes_ + unit_bytes_;  // so that white space without end is seen
  if (text.size() <= wanted && end == TextEnd::kOpen) return Want(wanted + kLookahead);
  const Boundary found = finder_->Find(text, 1);
  const bool is_space = found.kind == Boundary::Kind::kSpace;
  if (is_space && found.end == 0) return NextBehindElement(text, end);
  const bool ends = found.kind != Boundary::Kind::kNone && found.end <= piece_bytes_;
  const size_t size = ends ? found.end : std::min<size_t>(text.size(), piece_bytes_);
  const std::string too_long =
      "record longer than --max-record (" + std::to_string(max_record_bytes_) + " bytes)";
  Cut cut = Broken(size, long_reason_.empty() ? too_long : long_reason_);
  cut.last = kind_ != UnitKind::kElements || (!ends && end != TextEnd::kOpen);
  if (!ends) return Take(cut, Mode::kLongRecord, text, end);
  long_reason_.clear();
  if (is_space) return Take(cut, Mode::kBehindElement, text, end);
  if (found.kind == Boundary::Kind::kStray) return Take(cut, Mode::kRecords, text, end);
  cut.skip = found.next - found.end;
  const bool closes = found.kind == Boundary::Kind::kClosed;
  return Take(cut, closes ? Mode::kBehindArray : Mode::kRecords, text, end);
}

// White space without end, and then what should follow an element.
Cut Framer::NextBehindElement(std::string_view text, TextEnd end) {
  const size_t space = CountSpace(text);
  if (text.empty() && end == TextEnd::kOpen) return Want(unit_bytes_);
  if (text.empty()) return EndOfText(text, end);
  if (space == text.size()) return Skip(space, Mode::kBehindElement, text, end);
  if (text[space] == ',') return Skip(space + 1, Mode::kRecords, text, end);
  if (text[space] == ']') return Skip(space + 1, Mode::kBehindArray, text, end);
  if (space > 0) return Skip(space, Mode::kBehindElement, text, end);
  long_reason_ = "expected , or ] after an element of the top-level array";
  return NextOfLongRecord(text, end);
}

Cut Framer::CloseArray(const Boundary& bracket, std::string_view text, TextEnd end) {
  const size_t looked = std::min(text.size(), bracket.next + kLookBehind);
  const size_t space = CountSpace(text.substr(bracket.next, looked - bracket.next));
  Cut cut;
  cut.kind = kind_;
  cut.size = bracket.end;
  cut.skip = 1;
  // Behind a cut there must be an element, as every cut but the first stands behind a comma.
  if (has_cut_ && CountSpace(text.substr(0, bracket.end)) == bracket.end) {
    cut = Broken(bracket.next, "no value between the last comma and the ] of the top-level array");
  }
  if (bracket.next + space == text.size() && space <= kLookBehind) {
    if (end == TextEnd::kOpen) return Want(bracket.next + kLookBehind + 1);
    cut.skip += space;
    cut.last = true;
  }
  return Take(cut, Mode::kBehindArray, text, end);
}

Cut Framer::NextBehindArray(std::string_view text, TextEnd end) {
  const size_t space = CountSpace(text);
  Cut cut;
  cut.kind = kind_;
  cut.last = text.empty();
  if (space == 0 && !text.empty()) {
    lost_reason_ = "value after the end of the top-level array";
    return NextLost(text, end);
  }
  cut.is_unit = text.empty();
  cut.skip = space;
  return Take(cut, Mode::kBehindArray, text, end);
}

// The unit with the stray bracket is the shredder's to reject; what follows it has no frame at all.
Cut Framer::LoseTrack(const Boundary& bracket, std::string_view text, TextEnd end) {
  const size_t size = bracket.next + ToUnitEnd(offset_ + bracket.next);
  if (text.size() <= size && end == TextEnd::kOpen) return Want(size + 1);
  lost_reason_ = "behind a bracket that closes nothing (byte " +
                 std::to_string(offset_ + bracket.end) + "): records cannot be told apart";
  Cut cut;
  cut.kind = kind_;
  cut.size = std::min(size, text.size());
  cut.last = true;
  return Take(cut, Mode::kLost, text, end);
}

Cut Framer::NextLost(std::string_view text, TextEnd end) {
  if (text.size() <= piece_bytes_ && end == TextEnd::kOpen) return Want(piece_bytes_ + kLookahead);
  Cut cut = Broken(std::min<size_t>(text.size(), piece_bytes_), lost_reason_);
  cut.last = true;
  return Take(cut, Mode::kLost, text, end);
}

}  // namespace roost::read
