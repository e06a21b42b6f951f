#include "read/record_finder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/status.h"
#include "read/structure_scan.h"

namespace roost::read {
namespace {

size_t SkipSpace(std::string_view text, size_t from, size_t to) {
  while (from < to && IsSpace(text[from])) ++from;
  return from;
}

class LineFinder : public RecordFinder {
 public:
  Boundary Find(std::string_view text, size_t from) override {
    const size_t begin = std::max(from - 1, looked_);
    const void* found =
        begin < text.size() ? std::memchr(text.data() + begin, '\n', text.size() - begin) : nullptr;
    looked_ =
        found ? static_cast<size_t>(static_cast<const char*>(found) - text.data()) : text.size();
    if (!found) return {};
    return {Boundary::Kind::kRecord, looked_, looked_ + 1};
  }

  size_t LastStart(std::string_view text, size_t before) const override {
    if (before < 2) return 0;
    return text.substr(0, before - 1).rfind('\n') + 1;
  }

  bool EndsWhole(std::string_view text) const override { return text.ends_with('\n'); }

  void Drop(size_t bytes) override { looked_ -= std::min(looked_, bytes); }

 private:
  size_t looked_ = 0;  // no line feed before it, back to where the last search began
};

// Values between which the depth is `base`: 0 at the top, 1 in the one array of a file.
class StructureFinder : public RecordFinder {
 public:
  explicit StructureFinder(int64_t base, size_t long_space = SIZE_MAX)
      : base_(base), long_space_(long_space) {
    scan_.set_depth(base);
  }

  Boundary Find(std::string_view text, size_t from) override {
    if (ended_.kind != Boundary::Kind::kNone) return ended_;
    const size_t unwatched = std::min(from - 1, text.size());
    if (looked_ < unwatched) Skip(text, unwatched, base_);
    while (scan_.depth() >= base_) {
      // Nothing ends a record within a record, so its inside is passed at full speed.
      if (scan_.depth() > base_) Skip(text, text.size(), base_ + 1);
      if (looked_ >= from && IsBehindRecord(text))
        return {Boundary::Kind::kRecord, looked_, looked_};
      if (looked_ == text.size()) return {};
      if (base_ > 0 && looked_ + 1 >= from && IsComma(text[looked_]))
        return {Boundary::Kind::kRecord, looked_, looked_ + 1};
      if (base_ > 0 && looked_ >= from && looked_ - space_ >= long_space_)
        return {Boundary::Kind::kSpace, space_, space_};
      const bool is_space = IsSpace(text[looked_]) && !scan_.in_string();
      scan_.Step(text[looked_++]);
      if (!is_space) space_ = looked_;
    }
    const size_t bracket = looked_ - 1;
    const bool is_end = base_ > 0 && text[bracket] == ']';
    ended_ = {is_end ? Boundary::Kind::kClosed : Boundary::Kind::kStray, bracket, looked_};
    return ended_;
  }

  size_t KnownEnd(std::string_view text) const override {
    return base_ > 0 && looked_ == text.size() ? space_ : text.size();
  }

  size_t LastStart(std::string_view text, size_t before) const override {
    StructureFinder other(base_);
    text = text.substr(0, before);
    size_t start = 0;
    for (size_t from = 1; from < before;) {
      const Boundary found = other.Find(text, from);
      if (found.kind != Boundary::Kind::kRecord || found.next >= before) break;
      start = found.next;
      from = start + 1;
    }
    return SkipSpace(text, start, before);
  }

  bool EndsWhole(std::string_view text) const override {
    if (scan_.depth() != base_ || scan_.in_string()) return false;
    const size_t last = text.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) return true;
    const char byte = text[last];
    return byte == ',' || byte == '"' || byte == ']' || byte == '}' || last + 1 < text.size();
  }

  void Drop(size_t bytes) override {
    looked_ -= std::min(looked_, bytes);
    space_ -= std::min(space_, bytes);
    ended_.end -= std::min(ended_.end, bytes);
    ended_.next -= std::min(ended_.next, bytes);
  }

 private:
  void Skip(std::string_view text, size_t to, int64_t floor) {
    looked_ = space_ = scan_.Skip(text.data(), looked_, to, floor);
    if (scan_.depth() != base_ || scan_.in_string()) return;
    while (space_ > 0 && IsSpace(text[space_ - 1])) --space_;
  }

  bool IsComma(char byte) const {
    return byte == ',' && scan_.depth() == base_ && !scan_.in_string();
  }

  // Of values at the top, which need nothing between them but for numbers and words.
  bool IsBehindRecord(std::string_view text) const {
    if (base_ > 0 || scan_.depth() != base_ || scan_.in_string() || looked_ == 0) return false;
    if (looked_ < text.size() && IsSpace(text[looked_])) return true;
    const char before = text[looked_ - 1];
    return IsSpace(before) || before == '}' || before == ']' || before == '"';
  }

  const int64_t base_;
  const size_t long_space_;
  StructureScan scan_;
  size_t looked_ = 0;  // scan_ stands here
  size_t space_ = 0;   // all from here to there is white space between records
  Boundary ended_;
};

}  // namespace

std::unique_ptr<RecordFinder> RecordFinder::Make(UnitKind framing, size_t long_space) {
  switch (framing) {
    case UnitKind::kLines:
      return std::make_unique<LineFinder>();
    case UnitKind::kElements:
      return std::make_unique<StructureFinder>(1, long_space);
    default:
      ROOST_CHECK(framing == UnitKind::kValues);
      return std::make_unique<StructureFinder>(0);
  }
}

}  // namespace roost::read
