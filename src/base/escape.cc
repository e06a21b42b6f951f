#include "base/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/byte_text.h"

namespace roost {
namespace {

bool IsControl(char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; }

/// Letters and digits; bytes beyond ASCII need not be.
bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// U+202A..U+202E and U+2066..U+2069: text behind them would read backwards, beyond its own end.
bool TurnsDirection(std::string_view character) {
  if (character.size() != 3 || character[0] != '\xe2') return false;
  const auto second = static_cast<uint8_t>(character[1]),
             third = static_cast<uint8_t>(character[2]);
  return (second == 0x80 && third >= 0xaa && third <= 0xae) ||
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

std::string Hexed(std::string_view bytes) {
  std::string hex;
  for (char c : bytes) hex += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
  return hex;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = CountUtf8(text);
    const std::string_view character = text.substr(0, std::max<size_t>(length, 1));
    const auto byte = static_cast<uint8_t>(character[0]);
    const bool is_c1 = length == 2 && byte == 0xC2 && static_cast<uint8_t>(character[1]) < 0xA0;
    if (byte == '\n') {
      out += "\\n";
    } else if (length == 0 || is_c1 || IsControl(character[0])) {
      out += Hexed(character);
    } else if (TurnsDirection(character)) {
      out += fmt::format("\\u20{:02x}", (character[1] & 1) * 0x40 + (character[2] & 0x3f));
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string InMarkdown(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*{}[]()#+!|~<>&";
  const std::string shown = Printable(text);
  auto is_word = [&](size_t at) { return at < shown.size() && IsWordByte(shown[at]); };
  std::string safe;
  for (size_t i = 0; i < shown.size(); ++i) {
    const bool at_edge = shown[i] == '_' && !(i > 0 && is_word(i - 1) && is_word(i + 1));
    if (at_edge || kMarkup.find(shown[i]) != kMarkup.npos) safe.push_back('\\');
    safe.push_back(shown[i]);
  }
  return safe;
}

std::string AsMarkdownCode(std::string_view text) {
  std::string on_one_line(text), safe;
  std::replace_if(on_one_line.begin(), on_one_line.end(), IsControl, ' ');
  size_t longest = 0, ticks = 0;
  for (char c : Printable(on_one_line)) {
    ticks = c == '`' ? ticks + 1 : 0;
    longest = std::max(longest, ticks);
    // A bar ends a cell even inside code.
    safe += c == '|' ? "\\|" : std::string(1, c);
  }
  std::string fence(longest + 1, '`');
  bool pad = safe.empty() || safe.front() == '`' || safe.back() == '`';
  return pad ? fence + " " + safe + " " + fence : fence + safe + fence;
}

std::string InHtml(std::string_view text) {
  std::string safe;
  for (char c : Printable(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe.push_back(c);
    }
  }
  return safe;
}

}  // namespace roost
