#include "shred/unit_shredder.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "base/simd.h"
#include "shred/demands.h"
#include "shred/record_counter.h"
#include "shred/walker.h"

namespace roost::shred {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

const char* FindNewline(const char* from, const char* to) {
  return static_cast<const char*>(std::memchr(from, '\n', static_cast<size_t>(to - from)));
}

/// The byte behind the array or object that begins at p, by brackets and quotes alone; null if it
/// does not end.
const char* BehindContainer(const char* p, const char* end) {
  int depth = 0;
  while (p < end) {
    switch (*p++) {
      case '[':
      case '{':
        ++depth;
        break;
      case ']':
      case '}':
        if (--depth == 0) return p;
        break;
      case '"':
        while (p < end && *p != '"') {
          uint32_t ends = simd::StringEnds(p);
          if (!ends) {
            p += 32;
            continue;
          }
          p += __builtin_ctz(ends);
          if (p < end && *p != '"') p += *p == '\\' ? 2 : 1;
        }
        ++p;
        break;
      default:
        break;
    }
  }
  return nullptr;
}

}  // namespace

UnitShredder::UnitShredder(Shredder* shredder, const read::Unit& unit, Table* root,
                           UnitOutcome* outcome)
    : shredder_(*shredder), unit_(unit), root_(root), outcome_(*outcome) {
  auto size = static_cast<size_t>(unit.end - unit.begin);
  is_utf8_ = simdjson::validate_utf8(unit.begin, size);
}

Status UnitShredder::Run() {
  switch (unit_.kind) {
    case read::UnitKind::kWholeFile:
      return WholeFile();
    case read::UnitKind::kValues:
      return Values(unit_.begin, false);
    case read::UnitKind::kLines:
      return Values(unit_.begin, true);
    case read::UnitKind::kElements:
      return Elements(unit_.begin, false);
    case read::UnitKind::kBroken:
      failure_ = {unit_.reason, "", unit_.begin};
      RejectBytes(unit_.begin, unit_.end);
      return Status::OK();
    case read::UnitKind::kMember:
      return Member();
    case read::UnitKind::kSkeleton:
      return Skeleton();
    case read::UnitKind::kStream:
      break;
  }
  ROOST_CHECK(false);
}

/// Elements of one array of a long document: rows below a row that comes last.
Status UnitShredder::Member() {
  Node* node = shredder_.tables_.Child(root_->root, unit_.member, 0);
  bool is_whole = root_->root.treatment() == Treatment::kJson ||
                  node->treatment() == Treatment::kJson || root_->root.is_map;
  if (is_whole) {
    failure_ = {
        "longer than --max-record, and cannot be taken in pieces: a hint asks for JSON, or "
        "the keys are data",
        "$", unit_.begin};
    RejectBytes(unit_.begin, unit_.end);
    return Status::OK();
  }
  root_ = shredder_.tables_.ArrayRows(*node);
  parent_id_ = static_cast<int64_t>(shredder_.document_number_ << kRowBits);
  index_ = static_cast<uint32_t>(unit_.first_index);
  return Elements(unit_.begin, false);
}

/// The long document itself, with its streamed arrays left empty.
Status UnitShredder::Skeleton() {
  shredder_.emitter_.SetStreamed(&unit_.streamed_members);
  const char* p = std::min(simd::SkipSpace(unit_.begin), unit_.end);
  ROOST_ASSIGN(const char* next, RecordByTape(p));
  shredder_.emitter_.SetStreamed(nullptr);
  if (next) {
    ++outcome_.records;
    Between(next, unit_.end);
    outcome_.record_bytes += static_cast<uint64_t>(next - p);
  } else {
    RejectBytes(p, unit_.end);
  }
  return Status::OK();
}

Status UnitShredder::WholeFile() {
  const char* p = unit_.begin;
  if (unit_.end - p >= 3 && std::memcmp(p, kByteOrderMark, 3) == 0) p += 3;
  p = std::min(simd::SkipSpace(p), unit_.end);
  if (p >= unit_.end) {
    failure_ = {"the file holds no value", "", unit_.begin};
    RejectBytes(unit_.begin, unit_.end);
    return Status::OK();
  }
  Between(unit_.begin, p);
  if (*p == '[') {
    const char* behind = BehindContainer(p, unit_.end);
    if (!behind || simd::SkipSpace(behind) >= unit_.end) {
      outcome_.framing = Framing::kArray;
      Between(p, p + 1);
      return Elements(p + 1, true);
    }
  }
  return Values(p, false);
}

Status UnitShredder::Values(const char* p, bool resume_at_lines) {
  bool are_lines = true;  // every value so far is the first on its line, and whole on it
  bool begins_line = true;
  while (true) {
    const char* start = std::min(simd::SkipSpace(p), unit_.end);
    begins_line |= FindNewline(p, start) != nullptr;
    Between(p, start);
    p = start;
    if (p >= unit_.end) break;
    ROOST_ASSIGN(const char* next, RecordOrReject(p));
    if (next) {
      are_lines &= begins_line && !FindNewline(p, next);
      begins_line = false;
      p = next;
      continue;
    }
    resume_at_lines |= are_lines && values_ > 0;
    const char* newline = resume_at_lines ? FindNewline(p, unit_.end) : nullptr;
    const char* resume = newline ? newline : unit_.end;
    RejectBytes(p, resume);
    p = resume;
  }
  if (resume_at_lines || (are_lines && values_ >= 2)) outcome_.framing = Framing::kLines;
  return Status::OK();
}

Status UnitShredder::Elements(const char* p, bool until_bracket) {
  in_array_ = until_bracket;
  bool expects_value = false;  // behind a comma
  bool first = true;
  const char* comma = nullptr;
  while (true) {
    const char* start = std::min(simd::SkipSpace(p), unit_.end);
    Between(p, start);
    p = start;
    if (p < unit_.end && *p == ',' && !expects_value && !first) {
      comma = p;
      Between(p, p + 1);
      ++p;
      expects_value = true;
      continue;
    }
    if (until_bracket && p < unit_.end && *p == ']' && !expects_value) {
      Between(p, unit_.end);
      return Status::OK();
    }
    if (p >= unit_.end && !until_bracket) {
      if (!expects_value || !unit_.last) return Status::OK();
      // What is wrong begins with the comma, which no longer stands between two values.
      failure_ = {"expected a value behind the comma", "$", comma};
      outcome_.between_bytes -= static_cast<uint64_t>(p - comma);
      p = comma;
      break;
    }
    if (!first && !expects_value) {
      failure_ = {p < unit_.end ? "expected , or ] after an element of the top-level array"
                                : "the top-level array is cut off: expected , or ]",
                  "$", p};
      break;
    }
    ROOST_ASSIGN(const char* next, RecordOrReject(p));
    if (!next) break;
    p = next;
    first = expects_value = false;
  }
  RejectBytes(p, unit_.end);
  return Status::OK();
}

/// Like Record, but steps over a record that is rejected for what it holds.
Result<const char*> UnitShredder::RecordOrReject(const char* p) {
  failure_.record_end = nullptr;
  ROOST_ASSIGN(const char* end, Record(p));
  if (!end && failure_.record_end) {
    end = failure_.record_end;
    RejectBytes(p, end);
  }
  values_ += end != nullptr;
  return end;
}

Result<const char*> UnitShredder::Record(const char* p) {
  const char* end = nullptr;
  shredder_.cursor_.BeginRecord();
  if (is_utf8_ && shredder_.options_.use_walker && shredder_.walker_)
    end = shredder_.walker_->Walk(p, unit_.end, *root_, parent_id_, index_);
  if (!end) {
    ROOST_ASSIGN(end, RecordByTape(p));
    if (!end) return nullptr;
  }
  outcome_.records += parent_id_ < 0;
  index_ += parent_id_ >= 0;
  outcome_.record_bytes += static_cast<uint64_t>(end - p);
  ROOST_TRY(shredder_.FlushFullTables());
  return end;
}

Result<const char*> UnitShredder::RecordByTape(const char* p) {
  Tape& tape = shredder_.tape_;
  shredder_.cursor_.SetRecordOffset(unit_.offset + static_cast<uint64_t>(p - unit_.begin));
  const char* end = tape.Parse(p, unit_.end);
  if (!end) {
    failure_ = {tape.error().reason, tape.error().json_path, p + tape.error().offset};
    return nullptr;
  }
  if (tape.tokens()[0].kind <= TokenKind::kNumber && !IsWholeScalar(end)) {
    failure_ = {"the value goes on in a way that no JSON value does, or is cut off", "$", end};
    return nullptr;
  }
  if (!is_utf8_ && !simdjson::validate_utf8(p, static_cast<size_t>(end - p))) {
    failure_ = {"the text is not valid UTF-8", "", p};
    return nullptr;
  }
  if (root_->root.hints && !MeetsDemands(p, end)) return nullptr;
  if (!shredder_.counts_only()) ROOST_TRY(WriteFromTape());
  if (shredder_.counts_only()) {
    shredder_.counter_->Count(tape, *root_);
    shredder_.counter_->CountStreamed(*root_, unit_.streamed_members);
  }
  return end;
}

bool UnitShredder::MeetsDemands(const char* p, const char* end) {
  auto unmet = FindUnmetDemand(shredder_.tape_, *root_->root.hints);
  if (!unmet) return true;
  failure_ = {unmet->reason, unmet->json_path, p + unmet->offset, end};
  shredder_.demanding_.insert(unmet->hint);
  return false;
}

/// Does not write the record, but goes over to counting, if it shows that another plan is needed.
Status UnitShredder::WriteFromTape() {
  Tape& tape = shredder_.tape_;
  shredder_.cursor_.BeginRecord();
  uint64_t duplicates = shredder_.counts_.duplicate_keys;
  ROOST_TRY(shredder_.emitter_.EmitRecord(tape, 0, *root_, parent_id_, index_));
  if (shredder_.tables_.needs_plan()) return shredder_.CountOnly();
  bool is_teachable = is_utf8_ && unit_.kind != read::UnitKind::kSkeleton &&
                      duplicates == shredder_.counts_.duplicate_keys;
  if (is_teachable) shredder_.walker_->Learn(tape, *root_);
  return Status::OK();
}

/// A number or word may be the beginning of a longer one unless something ends it.
bool UnitShredder::IsWholeScalar(const char* end) const {
  if (end == unit_.end) return !in_array_;
  bool is_space = *end == ' ' || *end == '\n' || *end == '\r' || *end == '\t';
  bool is_element =
      in_array_ || unit_.kind == read::UnitKind::kElements || unit_.kind == read::UnitKind::kMember;
  return is_space || (is_element && (*end == ',' || *end == ']'));
}

void UnitShredder::RejectBytes(const char* from, const char* to) {
  Reject reject;
  reject.offset = unit_.offset + static_cast<uint64_t>(from - unit_.begin);
  reject.line = unit_.line + static_cast<uint64_t>(std::count(unit_.begin, from, '\n'));
  reject.raw = {from, static_cast<size_t>(to - from)};
  reject.reason = failure_.reason;
  if (failure_.at != from) {
    reject.reason +=
        " (byte " +
        std::to_string(unit_.offset + static_cast<uint64_t>(failure_.at - unit_.begin)) + ")";
  }
  reject.json_path = failure_.json_path;
  outcome_.reject_bytes += reject.raw.size();
  outcome_.rejects.push_back(std::move(reject));
}

void UnitShredder::Between(const char* from, const char* to) {
  outcome_.between_bytes += static_cast<uint64_t>(to - from);
}

}  // namespace roost::shred
