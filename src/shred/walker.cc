#include "shred/walker.h"

#include <cstring>

#include "base/simd.h"
#include "shred/append.h"
#include "shred/list_append.h"
#include "shred/number.h"
#include "shred/quick_number.h"
#include "shred/time_text.h"

namespace roost::shred {
namespace {

constexpr uint32_t kWalksPerJudgement = 256;
constexpr uint32_t kSkippedWalks = 4096;  // before walking is tried again

/// Distance to the closing quote of the text at p if that comes before any backslash or control
/// character within 32 bytes; else 32 or more.
inline uint32_t QuoteWithin32(const char* p) {
  uint32_t ends = simd::StringEnds(p);
  if (ends == 0) return 32;
  auto place = static_cast<uint32_t>(__builtin_ctz(ends));
  return p[place] == '"' ? place : 33;
}

/// Appends a timestamp that is written as the column's others are; else does nothing.
bool AppendTimestamp(NodeColumn& column, uint32_t row, const char* text, uint32_t length) {
  auto timestamp = ParseTimestamp(text, length);
  if (!timestamp || !Covers(column.time, timestamp->format)) return false;
  AppendInteger(column, row, timestamp->micros);
  return true;
}

}  // namespace

/// Walking is no use while most records miss: they would be read twice.
bool Walker::ShouldSkip() {
  if (skips_left_ > 0) {
    --skips_left_;
    return true;
  }
  if (++recent_walks_ < kWalksPerJudgement) return false;
  uint32_t most = spellings_.is_full() ? recent_walks_ / 2 : recent_walks_ / 10 * 9;
  if (recent_misses_ > most) skips_left_ = kSkippedWalks;
  recent_walks_ = recent_misses_ = 0;
  return false;
}

const char* Walker::Walk(const char* p, const char* end, Table& root, int64_t parent_id,
                         uint32_t index) {
  if (*p != '{' || !root.places || ShouldSkip()) return nullptr;
  end_ = end;
  lists_.clear();
  codes_.Clear();
  pending_.clear();
  pending_codes_.Clear();
  ValueCounts before = counts_;
  uint32_t row = cursor_.NewRow(root, parent_id, index);
  const char* behind = Record(root, row, p + 1, 1);
  if (behind && behind <= end) {
    if (!pending_.empty()) [[unlikely]]
      SpellPending();
    return behind;
  }
  ++recent_misses_;
  cursor_.TakeBackRecord();
  counts_ = before;
  for (NodeColumn* column : lists_) --column->solid_lists;
  return nullptr;
}

const char* Walker::Record(Table& table, uint32_t row, const char* p, uint32_t depth) {
  if (!table.places) return nullptr;
  Place* place = &table.places->opening;
  Literal** expected = &place->expected;
  uint64_t serial = ++row_serial_;
  size_t first_code = codes_.size();
  while (true) {
    Literal* literal = *expected;
    if (!literal || (simd::Different(p, literal->bytes) & literal->mask) || literal->length > 32)
        [[unlikely]] {
      literal = place->Find(p);
      if (!literal) return nullptr;
      *expected = literal;
    }
    p += literal->length;
    if (literal->step != Step::kMember) [[unlikely]] {
      if (p > end_) return nullptr;
      if (literal->step == Step::kEndRecord) break;
      codes_.Push(kEndOfObject);
      place = literal->after;
      expected = &literal->expected;
      continue;
    }
    Key* key = literal->key;
    if (key->row_serial == serial) [[unlikely]]
      return nullptr;
    key->row_serial = serial;
    Code code = key->code;
    if (*p == '{' && key->treatment != Treatment::kJson) {
      codes_.Push(WithLetter(code, '{'));
      if (!key->object || depth + key->object->depth > max_depth_ + 1) return nullptr;
      place = &key->object->opening;
      expected = &literal->inside;
      ++p;
      continue;
    }
    p = *p == '[' ? Array(*literal, row, p, depth, code)
                  : Scalar(key, row, p, depth + literal->depth - 1, code);
    if (!p) [[unlikely]]
      return nullptr;
    codes_.Push(code);
    place = literal->after;
    expected = &literal->expected;
  }
  SetShape(table, row, first_code);
  return p;
}

inline void Walker::SetShape(Table& table, uint32_t row, size_t first_code) {
  Codes codes{codes_.data() + first_code, codes_.size() - first_code};
  table.shape[row] = table.coded_shapes.Find(codes);
  if (table.shape[row] == CodedShapes::kUnknown) [[unlikely]] {
    pending_.push_back({&table, row, pending_codes_.size(), codes.count});
    pending_codes_.Append(codes.data, codes.count);
  }
  codes_.SetSize(first_code);
}

/// A shape gets its number, or is spelled out, only when the whole record was taken.
void Walker::SpellPending() {
  for (const PendingShape& each : pending_) {
    Codes codes{pending_codes_.data() + each.first, each.count};
    SpellShape(codes, spellings_.quoted_keys(), text_);
    emitter_.SetShape(*each.table, each.row, text_);
    uint32_t shape = each.table->shape[each.row];
    if (shape < each.table->shapes.size()) each.table->coded_shapes.Add(codes, shape);
  }
}

inline const char* Walker::Scalar(Key* key, uint32_t row, const char* p, uint32_t depth,
                                  Code& code) {
  if (NodeColumn* column = key->predicted) [[likely]] {
    if (const char* behind = Predicted(*column, row, p)) [[likely]] {
      ++counts_.values;
      return behind;
    }
  }
  if (key->treatment != Treatment::kUsual) [[unlikely]] {
    return *p == 'n' ? Null(p) : Hinted(key, row, p, depth, code);
  }
  return Usual(key, row, p);
}

const char* Walker::Null(const char* p) {
  ++counts_.nulls;
  return std::memcmp(p, "null", 4) == 0 ? p + 4 : nullptr;
}

const char* Walker::Usual(Key* key, uint32_t row, const char* p) {
  switch (*p) {
    case '"':
      return Text(key, row, p + 1);
    case 't':
    case 'f':
      return Bool(key, row, p);
    case 'n':
      return Null(p);
    default:
      return Number(key, row, p);
  }
}

/// A value at a path with a hint, or a miss.
const char* Walker::Hinted(Key* key, uint32_t row, const char* p, uint32_t depth, Code& code) {
  switch (key->treatment) {
    case Treatment::kText:
      return *p == '"' ? Text(key, row, p + 1) : Verbatim(key, row, p, code);
    case Treatment::kTimestamp:
      return *p == '"' ? Time(key, row, p + 1) : Usual(key, row, p);
    case Treatment::kJson:
      code = WithLetter(code, static_cast<char>(ArrayClass::kJson));
      return Json(key, row, p, depth);
    case Treatment::kList:
      return nullptr;
    default:  // what may not be here has no column, so that it is a miss
      return Usual(key, row, p);
  }
}

/// A number or boolean that becomes a text.
const char* Walker::Verbatim(Key* key, uint32_t row, const char* p, Code& code) {
  NodeColumn* column = key->node->column(Slot::kText);
  if (!column || column->layout == Layout::kNone) return nullptr;
  const char* end = nullptr;
  if (*p == 't' || *p == 'f') {
    std::string_view word = *p == 't' ? "true" : "false";
    end = std::memcmp(p, word.data(), word.size()) == 0 ? p + word.size() : nullptr;
  } else {
    roost::shred::Number number = ReadNumber(p);
    end = number.kind == NumberKind::kBad ? nullptr : number.end;
  }
  if (!end || end > end_) return nullptr;
  AppendText(*column, row, p, static_cast<uint32_t>(end - p));
  ++counts_.values;
  code = WithLetter(code, kVerbatimLetter);
  return end;
}

/// A text without escapes that a hint's format can read.
const char* Walker::Time(Key* key, uint32_t row, const char* p) {
  NodeColumn* column = key->node->column(Slot::kTime);
  uint32_t length = QuoteWithin32(p);
  if (!column || length >= 32) return nullptr;
  std::optional<int64_t> time = key->node->hints->hint->pattern.Parse({p, length});
  if (!time || p + length >= end_) return nullptr;
  if (column->layout == Layout::kDate) {
    AppendDate(*column, row, static_cast<int32_t>(*time));
  } else {
    AppendInteger(*column, row, *time);
  }
  ++counts_.values;
  return p + length + 1;
}

/// The value at p if it is what this column held last, in its usual spelling; else null, with
/// nothing done. Flat, because the calls for each value took a twentieth of the time.
[[gnu::flatten]] inline const char* Walker::Predicted(NodeColumn& column, uint32_t row,
                                                      const char* p) {
  switch (column.layout) {
    case Layout::kDictionary:
    case Layout::kText: {
      if (*p != '"') return nullptr;
      uint32_t length = QuoteWithin32(p + 1);
      if (length >= 32) return nullptr;
      AppendText(column, row, p + 1, length);
      return p + length + 2;
    }
    case Layout::kInt64: {
      QuickInteger number = ReadQuickInteger(p);
      if (!number.end) return nullptr;
      AppendInteger(column, row, number.value);
      return number.end;
    }
    case Layout::kDouble: {
      QuickDouble number = ReadQuickDouble(p);
      if (!number.end) return nullptr;
      AppendDouble(column, row, number.value);
      return number.end;
    }
    case Layout::kDate: {
      if (*p != '"' || p[11] != '"') return nullptr;
      auto days = ParseDate(p + 1, kDateLength);
      if (!days) return nullptr;
      AppendDate(column, row, *days);
      return p + 12;
    }
    case Layout::kTimestamp: {
      if (*p != '"') return nullptr;
      uint32_t length = QuoteWithin32(p + 1);
      if (length >= 32 || !AppendTimestamp(column, row, p + 1, length)) return nullptr;
      return p + length + 2;
    }
    case Layout::kBool: {
      bool is_true = std::memcmp(p, "true", 4) == 0;
      if (!is_true && std::memcmp(p, "false", 5) != 0) return nullptr;
      AppendBool(column, row, is_true);
      return p + 5 - is_true;
    }
    default:
      return nullptr;
  }
}

const char* Walker::Text(Key* key, uint32_t row, const char* p) {
  NodeColumn* column = key->node->column(Slot::kText);
  if (!column || column->layout == Layout::kNone) return nullptr;
  const char* begin = p;
  bool escaped = false;
  for (;;) {
    uint32_t ends = simd::StringEnds(p);
    if (!ends) {
      p += 32;
      continue;
    }
    p += __builtin_ctz(ends);
    if (p >= end_) return nullptr;
    if (*p == '"') break;
    if (*p != '\\' || p[1] == 'u' || !std::strchr("\"\\/bfnrt", p[1]) || p[1] == 0) return nullptr;
    escaped = true;
    p += 2;
  }
  std::string_view text(begin, static_cast<size_t>(p - begin));
  if (escaped) {
    Unescape(text, text_);
    text = text_;
  }
  auto length = static_cast<uint32_t>(text.size());
  if (column->layout == Layout::kTimestamp) {
    if (!AppendTimestamp(*column, row, text.data(), length)) return nullptr;
  } else if (column->layout == Layout::kDate) {
    auto days = ParseDate(text.data(), length);
    if (!days) return nullptr;
    AppendDate(*column, row, *days);
  } else {
    AppendText(*column, row, text.data(), length);
  }
  key->predicted = column;
  ++counts_.values;
  return p + 1;
}

const char* Walker::Number(Key* key, uint32_t row, const char* p) {
  NodeColumn* column = key->node->column(Slot::kNumber);
  if (!column) return nullptr;
  roost::shred::Number number = ReadNumber(p);
  bool is_integer = number.kind == NumberKind::kInteger;
  if (is_integer && !IsExactInDouble(number.integer)) return nullptr;
  if (column->layout == Layout::kInt64 && is_integer) {
    AppendInteger(*column, row, number.integer);
  } else if (column->layout == Layout::kDouble &&
             (is_integer || number.kind == NumberKind::kFraction)) {
    AppendDouble(*column, row, is_integer ? static_cast<double>(number.integer) : number.fraction);
  } else {
    return nullptr;
  }
  key->predicted = column;
  ++counts_.values;
  return number.end;
}

const char* Walker::Bool(Key* key, uint32_t row, const char* p) {
  NodeColumn* column = key->node->column(Slot::kBool);
  if (!column || column->layout != Layout::kBool) return nullptr;
  key->predicted = column;
  const char* behind = Predicted(*column, row, p);
  if (behind) ++counts_.values;
  return behind;
}

}  // namespace roost::shred
