#include "base/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace roost {

namespace {

bool IsJsonSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool MustEscape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

void AppendEscape(std::string& out, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('\\');
  switch (c) {
    case '"':
    case '\\':
      out.push_back(c);
      return;
    case '\b':
      out.push_back('b');
      return;
    case '\f':
      out.push_back('f');
      return;
    case '\n':
      out.push_back('n');
      return;
    case '\r':
      out.push_back('r');
      return;
    case '\t':
      out.push_back('t');
      return;
    default:
      break;
  }
  out.append("u00");
  out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
  out.push_back(kHex[c & 15]);
}

void AppendUtf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
    return;
  }
  if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | code >> 6));
  } else {
    if (code < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | code >> 12));
    } else {
      out.push_back(static_cast<char>(0xF0 | code >> 18));
      out.push_back(static_cast<char>(0x80 | (code >> 12 & 63)));
    }
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
  }
  out.push_back(static_cast<char>(0x80 | (code & 63)));
}

/// The four hex digits at `at`, or -1.
int32_t ReadHex4(std::string_view text, size_t at) {
  uint32_t code = 0;
  if (at + 4 > text.size()) return -1;
  auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 4, code, 16);
  return error == std::errc() && end == text.data() + at + 4 ? static_cast<int32_t>(code) : -1;
}

/// Decodes \uXXXX (and the second half of a pair) whose first digit is at `at`; returns the place
/// behind it, or npos.
size_t DecodeUnicodeEscape(std::string_view text, size_t at, std::string& out) {
  int32_t code = ReadHex4(text, at);
  if (code < 0) return std::string_view::npos;
  at += 4;
  if (code >= 0xD800 && code < 0xE000) {
    int32_t low = text.substr(at, 2) == "\\u" ? ReadHex4(text, at + 2) : -1;
    if (code >= 0xDC00 || low < 0xDC00 || low >= 0xE000) return std::string_view::npos;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    at += 6;
  }
  AppendUtf8(out, static_cast<uint32_t>(code));
  return at;
}

char DecodeShortEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsJsonSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsJsonSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  size_t clean = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!MustEscape(text[i])) continue;
    out.append(text, clean, i - clean);
    AppendEscape(out, text[i]);
    clean = i + 1;
  }
  out.append(text, clean);
  out.push_back('"');
}

void AppendJsonInt(std::string& out, int64_t value) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void AppendJsonDouble(std::string& out, double value) {
  char digits[40];
  double size = std::fabs(value);
  bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
  auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  char* end = std::to_chars(digits, digits + sizeof digits, value, format).ptr;
  if (plain) {
    out.append(digits, end);
    if (!std::memchr(digits, '.', static_cast<size_t>(end - digits))) out.append(".0");
    return;
  }
  char* exponent = static_cast<char*>(std::memchr(digits, 'e', static_cast<size_t>(end - digits)));
  ROOST_CHECK(exponent != nullptr);
  out.append(digits, ++exponent);
  if (*exponent == '-') out.push_back('-');
  ++exponent;
  while (*exponent == '0') ++exponent;
  out.append(exponent, end);
}

void AppendJsonCompact(std::string& out, std::string_view json) {
  for (size_t i = 0; i < json.size();) {
    if (json[i] == '"') {
      size_t end = std::min(FindJsonStringEnd(json, i), json.size());
      out.append(json, i, end - i);
      i = end;
    } else {
      if (!IsJsonSpace(json[i])) out.push_back(json[i]);
      ++i;
    }
  }
}

size_t FindJsonStringEnd(std::string_view json, size_t begin) {
  for (size_t i = begin + 1; i < json.size(); ++i) {
    if (json[i] == '"') return i + 1;
    if (json[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

Result<std::vector<std::string_view>> SplitJsonArray(std::string_view array) {
  std::vector<std::string_view> elements;
  array = Trim(array);
  if (array.size() < 2 || array.front() != '[' || array.back() != ']') {
    return Status::Invalid("this is no JSON array: ", array.substr(0, 80));
  }
  array = Trim(array.substr(1, array.size() - 2));
  if (array.empty()) return elements;
  size_t begin = 0, depth = 0;
  for (size_t i = 0; i < array.size(); ++i) {
    char c = array[i];
    if (c == '"') {
      size_t end = FindJsonStringEnd(array, i);
      if (end == std::string_view::npos) return Status::Invalid("a JSON string has no end");
      i = end - 1;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth-- == 0) return Status::Invalid("a JSON bracket closes that was not opened");
    } else if (c == ',' && depth == 0) {
      elements.push_back(Trim(array.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (depth != 0) return Status::Invalid("a JSON bracket is not closed");
  elements.push_back(Trim(array.substr(begin)));
  return elements;
}

Result<std::string> DecodeJsonString(std::string_view quoted) {
  std::string text;
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') {
    return Status::Invalid("this is no JSON string: ", quoted.substr(0, 80));
  }
  std::string_view inner = quoted.substr(1, quoted.size() - 2);
  for (size_t i = 0; i < inner.size();) {
    if (inner[i] != '\\') {
      text.push_back(inner[i++]);
      continue;
    }
    char c = i + 1 < inner.size() ? inner[i + 1] : '\0';
    char plain = DecodeShortEscape(c);
    if (plain != '\0') text.push_back(plain);
    i = plain != '\0' ? i + 2 : c == 'u' ? DecodeUnicodeEscape(inner, i + 2, text) : inner.npos;
    if (i == inner.npos) return Status::Invalid("a bad escape in JSON string ", quoted);
  }
  return text;
}

}  // namespace roost
