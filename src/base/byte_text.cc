#include "base/byte_text.h"

#include <algorithm>
#include <cstdint>

namespace roost {
namespace {

// What may follow a leading byte (RFC 3629, section 4): the first continuation byte's range rules
// out overlong forms, surrogates and what lies beyond U+10FFFF.
struct Lead {
  unsigned char first, last;  // leading bytes
  unsigned char low, high;    // of the byte behind it
  size_t length;
};
constexpr Lead kLeads[] = {{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                           {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
                           {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
                           {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

unsigned char At(std::string_view text, size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

void AppendPercent(std::string& text, char byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  text += {'%', kDigits[value >> 4], kDigits[value & 15]};
}

std::string Encode(std::string_view bytes, bool escapes_percent) {
  auto is_plain = [&](char c) {
    return static_cast<unsigned char>(c) < 0x80 && !(escapes_percent && c == '%');
  };
  std::string text;
  while (!bytes.empty()) {
    auto plain = std::find_if_not(bytes.begin(), bytes.end(), is_plain);
    text.append(bytes.begin(), plain);
    bytes.remove_prefix(static_cast<size_t>(plain - bytes.begin()));
    if (bytes.empty()) break;
    const size_t length = CountUtf8(bytes);
    if (length == 0 || (escapes_percent && bytes[0] == '%')) {
      AppendPercent(text, bytes[0]);
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(std::max<size_t>(length, 1));
  }
  return text;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

size_t CountUtf8(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned char lead = At(text, 0);
  if (lead < 0x80) return 1;
  for (const Lead& each : kLeads) {
    if (lead < each.first || lead > each.last) continue;
    if (At(text, 1) < each.low || At(text, 1) > each.high) return 0;
    for (size_t i = 2; i < each.length; ++i) {
      if ((At(text, i) & 0xC0) != 0x80) return 0;
    }
    return each.length;
  }
  return 0;
}

std::string EncodeBytes(std::string_view bytes) { return Encode(bytes, true); }

std::string ReadableBytes(std::string_view bytes) { return Encode(bytes, false); }

std::string DecodeBytes(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool has_digits = text[i] == '%' && i + 2 < text.size();
    const int high = has_digits ? HexDigit(text[i + 1]) : -1;
    const int low = has_digits ? HexDigit(text[i + 2]) : -1;
    const bool is_encoded = high >= 0 && low >= 0;
    bytes += is_encoded ? static_cast<char>(high << 4 | low) : text[i];
    if (is_encoded) i += 2;
  }
  return bytes;
}

}  // namespace roost
