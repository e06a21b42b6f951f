// Writes texts as words of a shell's command line, so that none of their characters is an order.
#pragma once

#include <string>
#include <string_view>

namespace roost {

/// out, 'a b', 'it'\''s', $'a\x0ab': what bash and zsh read as exactly this text.
inline std::string ShellWord(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,+-@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == text.npos) return std::string(text);
  bool has_control = false;
  for (char c : text) has_control |= static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  std::string word = has_control ? "$'" : "'";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (has_control && (byte < 0x20 || byte == 0x7f)) {
      constexpr char kHex[] = "0123456789abcdef";
      word += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else if (has_control && (c == '\\' || c == '\'')) {
      word += {'\\', c};
    } else if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

}  // namespace roost
