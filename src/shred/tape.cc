#include "shred/tape.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/simd.h"
#include "shred/number.h"
#include "shred/path.h"

namespace roost::shred {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The code unit of four hex digits, or -1.
int HexQuad(const char* p) {
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = HexDigit(p[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

void AppendUtf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 63));
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

/// Length of the escape at p (which is the backslash), or 0 if it is none. Surrogates must pair.
int EscapeLength(const char* p) {
  if (p[1] != 'u') return p[1] != 0 && std::strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
  int unit = HexQuad(p + 2);
  if (unit < 0 || (unit >= 0xDC00 && unit < 0xE000)) return 0;
  if (unit < 0xD800 || unit >= 0xE000) return 6;
  if (p[6] != '\\' || p[7] != 'u') return 0;
  int low = HexQuad(p + 8);
  return low >= 0xDC00 && low < 0xE000 ? 12 : 0;
}

}  // namespace

void Unescape(std::string_view escaped, std::string& out) {
  out.clear();
  out.reserve(escaped.size() + 64);  // never in the object itself: readers take 32 bytes at a time
  const char* p = escaped.data();
  const char* end = p + escaped.size();
  while (p < end) {
    auto* slash = static_cast<const char*>(std::memchr(p, '\\', static_cast<size_t>(end - p)));
    if (!slash) slash = end;
    out.append(p, slash);
    if (slash == end) return;
    p = slash + EscapeLength(slash);
    switch (slash[1]) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        auto code = static_cast<uint32_t>(HexQuad(slash + 2));
        if (code >= 0xD800 && code < 0xE000) {
          auto low = static_cast<uint32_t>(HexQuad(slash + 8));
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        AppendUtf8(code, out);
        break;
      }
      default:
        out += slash[1];
    }
  }
}

std::string_view Tape::Text(const Token& token) {
  if (!token.escaped) return Raw(token);
  Unescape(Raw(token), unescaped_);
  return unescaped_;
}

const char* Tape::Fail(const char* p, const char* reason) {
  error_.offset = static_cast<uint32_t>((p < end_ ? p : end_) - begin_);
  error_.reason = p < end_ ? reason : "the value is cut off: more bytes were expected";
  error_.json_path = ErrorPath();
  return nullptr;
}

std::string Tape::ErrorPath() const {
  std::string path = "$";
  std::string key;
  for (size_t level = 0; level < open_.size(); ++level) {
    const Token& container = tokens_[open_[level]];
    if (container.count == 0) break;
    if (container.kind == TokenKind::kArray) {
      path += '[' + std::to_string(container.count - 1) + ']';
      continue;
    }
    // The last key of this object stands right before the next open container, or is the last
    // token but for the value that was being read.
    uint32_t at =
        level + 1 < open_.size() ? open_[level + 1] - 1 : static_cast<uint32_t>(tokens_.size()) - 1;
    if (level + 1 == open_.size()) {
      uint32_t walk = open_[level] + 1;
      for (uint32_t member = 1; member < container.count; ++member) {
        walk = tokens_[walk + 1].next;
      }
      at = walk;
    }
    Unescape(Raw(tokens_[at]), key);
    AppendJsonPathKey(path, key);
  }
  return path;
}

const char* Tape::Parse(const char* begin, const char* end, unsigned depth) {
  outer_depth_ = depth;
  begin_ = begin;
  end_ = end;
  if (tokens_.capacity() > kKeptTokens) tokens_ = {};
  tokens_.clear();
  open_.clear();
  const char* p = Value(begin);
  while (p && !open_.empty()) p = AfterValue(p);
  return p;
}

/// Goes on behind a value inside a container: the next member, or the container's end.
const char* Tape::AfterValue(const char* p) {
  uint32_t index = open_.back();
  bool is_object = tokens_[index].kind == TokenKind::kObject;
  if (!is_object && tokens_[index].count >= kFoldedItems) Fold(index);
  p = simd::SkipSpace(p);
  if (*p == (is_object ? '}' : ']')) {
    tokens_[index].end = static_cast<uint32_t>(p + 1 - begin_);
    tokens_[index].next = static_cast<uint32_t>(tokens_.size());
    open_.pop_back();
    return p + 1;
  }
  if (*p != ',') return Fail(p, is_object ? "expected , or }" : "expected , or ]");
  p = simd::SkipSpace(p + 1);
  if (is_object && !(p = Key(p))) return nullptr;
  ++tokens_[index].count;
  return Value(p);
}

/// Drops the tokens of an open array's items: all that come once it is folded, which it is when its
/// first items are scalars and not all of them null. (Behind nulls objects make it a table.)
void Tape::Fold(uint32_t array) {
  Token& token = tokens_[array];
  auto first = tokens_.begin() + array + 1;
  if (!token.folded) {
    if (!std::has_single_bit(token.count)) return;  // looks that cost little, all together
    auto is_scalar = [](const Token& item) { return item.kind < TokenKind::kObject; };
    auto is_null = [](const Token& item) { return item.kind == TokenKind::kNull; };
    if (!std::all_of(first, tokens_.end(), is_scalar) || std::all_of(first, tokens_.end(), is_null))
      return;
    token.folded = true;
  }
  tokens_.erase(first, tokens_.end());
}

const char* Tape::ReadItem(const char* p, Token& item) {
  p = simd::SkipSpace(p);
  if (*p == '{' || *p == '[') {
    item.kind = *p == '{' ? TokenKind::kObject : TokenKind::kArray;
    return nullptr;
  }
  p = simd::SkipSpace(Value(p));
  item = tokens_.back();
  tokens_.pop_back();
  return p + 1;  // the comma, or the array's end
}

const char* Tape::Container(const char* p) {
  bool is_object = *p == '{';
  if (open_.size() + outer_depth_ >= max_depth_) return Fail(p, "nested deeper than --max-depth");
  auto index = static_cast<uint32_t>(tokens_.size());
  tokens_.push_back({is_object ? TokenKind::kObject : TokenKind::kArray, false, false,
                     static_cast<uint32_t>(p - begin_), 0, index + 1, 0});
  p = simd::SkipSpace(p + 1);
  if (*p == (is_object ? '}' : ']')) {
    tokens_[index].end = static_cast<uint32_t>(p + 1 - begin_);
    return p + 1;
  }
  open_.push_back(index);
  if (is_object && !(p = Key(p))) return nullptr;
  ++tokens_[index].count;
  return Value(p);
}

const char* Tape::Key(const char* p) {
  if (*p != '"') return Fail(p, "expected a key in double quotes");
  if (!(p = String(p))) return nullptr;
  p = simd::SkipSpace(p);
  if (*p != ':') return Fail(p, "expected : after the key");
  return simd::SkipSpace(p + 1);
}

const char* Tape::Value(const char* p) {
  if (p >= end_) return Fail(p, "expected a value");
  switch (*p) {
    case '{':
    case '[':
      return Container(p);
    case '"':
      return String(p);
    case 't':
      return Word(p, TokenKind::kTrue, "true");
    case 'f':
      return Word(p, TokenKind::kFalse, "false");
    case 'n':
      return Word(p, TokenKind::kNull, "null");
    default:
      return NumberToken(p);
  }
}

const char* Tape::Word(const char* p, TokenKind kind, std::string_view word) {
  if (std::memcmp(p, word.data(), word.size()) != 0) return Fail(p, "expected a value");
  auto begin = static_cast<uint32_t>(p - begin_);
  tokens_.push_back({kind, false, false, begin, begin + static_cast<uint32_t>(word.size()),
                     static_cast<uint32_t>(tokens_.size()) + 1, 0});
  return p + word.size();
}

const char* Tape::NumberToken(const char* p) {
  if (*p != '-' && static_cast<unsigned char>(*p - '0') > 9) return Fail(p, "expected a value");
  Number number = ReadNumber(p);
  if (number.kind == NumberKind::kBad || number.end > end_) {
    return Fail(number.end, "the number is malformed");
  }
  tokens_.push_back({TokenKind::kNumber, false, false, static_cast<uint32_t>(p - begin_),
                     static_cast<uint32_t>(number.end - begin_),
                     static_cast<uint32_t>(tokens_.size()) + 1, 0});
  return number.end;
}

const char* Tape::String(const char* p) {
  const char* first = ++p;
  bool escaped = false;
  for (;;) {
    uint32_t ends = simd::StringEnds(p);
    if (!ends) {
      p += 32;
      continue;
    }
    p += __builtin_ctz(ends);
    if (p >= end_) return Fail(end_, "");
    if (*p == '"') break;
    if (*p != '\\') return Fail(p, "a control character stands unescaped in a string");
    int length = EscapeLength(p);
    if (length == 0) return Fail(p, "the escape sequence is malformed");
    p += length;
    escaped = true;
  }
  tokens_.push_back({TokenKind::kText, escaped, false, static_cast<uint32_t>(first - begin_),
                     static_cast<uint32_t>(p - begin_), static_cast<uint32_t>(tokens_.size()) + 1,
                     0});
  return p + 1;
}

void Tape::AppendMinified(uint32_t index, std::string& out) const {
  // Strings are copied as they stand; outside them only white space is left out.
  const Token& token = tokens_[index];
  bool is_text = token.kind == TokenKind::kText;
  const char* p = begin_ + token.begin - is_text;
  const char* end = begin_ + token.end + is_text;
  while (p < end) {
    if (*p == '"') {
      const char* first = p++;
      while (*p != '"') p += *p == '\\' ? 2 : 1;
      out.append(first, ++p);
    } else if (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t') {
      ++p;
    } else {
      out += *p++;
    }
  }
}

}  // namespace roost::shred
