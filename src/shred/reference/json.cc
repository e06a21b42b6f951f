#include "shred/reference/json.h"

namespace roost::shred::reference {
namespace {

bool IsSpace(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(int c) { return c >= '0' && c <= '9'; }

void AppendUtf8(std::string& text, uint32_t point) {
  auto push = [&](uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    push(point);
  } else if (point < 0x800) {
    push(0xC0 | point >> 6);
    push(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    push(0xE0 | point >> 12);
    push(0x80 | (point >> 6 & 0x3F));
    push(0x80 | (point & 0x3F));
  } else {
    push(0xF0 | point >> 18);
    push(0x80 | (point >> 12 & 0x3F));
    push(0x80 | (point >> 6 & 0x3F));
    push(0x80 | (point & 0x3F));
  }
}

}  // namespace

std::optional<Value> Parser::Parse(size_t at, size_t depth) {
  at_ = at;
  Value value;
  if (!ParseValue(value, depth)) return std::nullopt;
  return value;
}

size_t Parser::SkipSpace(size_t at) const {
  while (at < bytes_.size() && IsSpace(bytes_[at])) ++at;
  return at;
}

bool Parser::Fail(std::string reason) {
  fault_ = {at_, at_ < bytes_.size() ? std::move(reason) : "the text ends inside a value"};
  return false;
}

bool Parser::ParseValue(Value& value, size_t depth) {
  const size_t begin = at_;
  bool good = false;
  switch (Next()) {
    case 'n':
      good = ParseLiteral("null");
      break;
    case 't':
      value.kind = Kind::kTrue;
      good = ParseLiteral("true");
      break;
    case 'f':
      value.kind = Kind::kFalse;
      good = ParseLiteral("false");
      break;
    case '"':
      value.kind = Kind::kText;
      good = ParseText(value.text);
      break;
    case '[':
      good = ParseArray(value, depth + 1);
      break;
    case '{':
      good = ParseObject(value, depth + 1);
      break;
    default:
      good = ParseNumber(value);
  }
  if (good) value.raw = bytes_.substr(begin, at_ - begin);
  return good;
}

bool Parser::ParseLiteral(std::string_view literal) {
  for (char c : literal) {
    if (Next() != c) return Fail("no JSON value");
    ++at_;
  }
  return true;
}

bool Parser::ParseDigits() {
  if (!IsDigit(Next())) return Fail("a digit is missing in a number");
  while (IsDigit(Next())) ++at_;
  return true;
}

bool Parser::ParseNumber(Value& value) {
  const size_t begin = at_;
  value.kind = Kind::kNumber;
  if (Next() != '-' && !IsDigit(Next())) return Fail("no JSON value");
  if (Next() == '-') ++at_;
  if (Next() == '0') {
    ++at_;
    if (IsDigit(Next())) return Fail("a number begins with 0");
  } else if (!ParseDigits()) {
    return false;
  }
  if (Next() == '.') {
    ++at_;
    if (!ParseDigits()) return false;
  }
  if (Next() == 'e' || Next() == 'E') {
    ++at_;
    if (Next() == '+' || Next() == '-') ++at_;
    if (!ParseDigits()) return false;
  }
  value.text = bytes_.substr(begin, at_ - begin);
  return true;
}

bool Parser::ParseText(std::string& text) {
  ++at_;
  while (Next() != '"') {
    if (Next() < 0) return Fail("");
    if (Next() < 0x20) return Fail("a control character in a string");
    const bool good = Next() == '\\' ? ParseEscape(text) : CopyCharacter(text);
    if (!good) return false;
  }
  ++at_;
  return true;
}

bool Parser::ParseEscape(std::string& text) {
  static constexpr std::string_view kNames = "\"\\/bfnrt", kCharacters = "\"\\/\b\f\n\r\t";
  ++at_;
  if (Next() != 'u') {
    const size_t name = Next() < 0 ? kNames.npos : kNames.find(static_cast<char>(Next()));
    if (name == kNames.npos) return Fail("an unknown escape in a string");
    text.push_back(kCharacters[name]);
    ++at_;
    return true;
  }
  uint32_t point = 0;
  if (!ParseHex(point)) return false;
  if (point >= 0xDC00 && point <= 0xDFFF) return Fail("a lone surrogate in a string");
  if (point >= 0xD800 && point <= 0xDBFF) {
    uint32_t low = 0;
    if (bytes_.substr(at_, 2) != "\\u") return Fail("a lone surrogate in a string");
    ++at_;
    if (!ParseHex(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return Fail("a lone surrogate in a string");
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  }
  AppendUtf8(text, point);
  return true;
}

bool Parser::ParseHex(uint32_t& unit) {
  ++at_;  // the u
  for (int i = 0; i < 4; ++i, ++at_) {
    const int c = Next(), letter = c | 0x20;
    if (IsDigit(c)) {
      unit = unit * 16 + static_cast<uint32_t>(c - '0');
    } else if (c >= 0 && letter >= 'a' && letter <= 'f') {
      unit = unit * 16 + static_cast<uint32_t>(letter - 'a' + 10);
    } else {
      return Fail("four hex digits are missing behind \\u");
    }
  }
  return true;
}

// The well-formed byte sequences of Unicode's table 3-7.
bool Parser::CopyCharacter(std::string& text) {
  const int first = Next();
  int more = 0, low = 0x80, high = 0xBF;  // of the second byte
  if (first >= 0xC2 && first <= 0xDF) more = 1;
  if (first >= 0xE0 && first <= 0xEF) more = 2;
  if (first >= 0xF0 && first <= 0xF4) more = 3;
  if (first >= 0x80 && more == 0) return Fail("no UTF-8");
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  text.push_back(static_cast<char>(first));
  ++at_;
  for (int i = 0; i < more; ++i, ++at_, low = 0x80, high = 0xBF) {
    if (Next() < low || Next() > high) return Fail("no UTF-8");
    text.push_back(static_cast<char>(Next()));
  }
  return true;
}

bool Parser::ParseArray(Value& value, size_t depth) {
  value.kind = Kind::kArray;
  if (depth > max_depth_) return Fail("nested deeper than --max-depth");
  ++at_;
  SkipSpace();
  if (Next() == ']') {
    ++at_;
    return true;
  }
  while (true) {
    value.items.emplace_back();
    if (!ParseValue(value.items.back(), depth)) return false;
    SkipSpace();
    if (Next() != ',' && Next() != ']') return Fail("a comma or ] is missing");
    if (bytes_[at_++] == ']') return true;
    SkipSpace();
  }
}

bool Parser::ParseObject(Value& value, size_t depth) {
  value.kind = Kind::kObject;
  if (depth > max_depth_) return Fail("nested deeper than --max-depth");
  ++at_;
  SkipSpace();
  if (Next() == '}') {
    ++at_;
    return true;
  }
  while (true) {
    value.members.emplace_back();
    Member& member = value.members.back();
    if (Next() != '"') return Fail("a key is missing");
    if (!ParseText(member.key)) return false;
    SkipSpace();
    if (Next() != ':') return Fail("a colon is missing");
    ++at_;
    SkipSpace();
    if (!ParseValue(member.value, depth)) return false;
    SkipSpace();
    if (Next() != ',' && Next() != '}') return Fail("a comma or } is missing");
    if (bytes_[at_++] == '}') return true;
    SkipSpace();
  }
}

std::string Quote(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20) {
      quoted += "\\u00";
      quoted += kHex[byte >> 4];
      quoted += kHex[byte & 15];
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace roost::shred::reference
