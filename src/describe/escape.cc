#include "describe/escape.h"

#include <fmt/format.h>

namespace roost::describe {

namespace {

bool IsControl(char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; }

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string InMarkdown(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()#+!|~<>&";
  std::string safe;
  for (char c : text) {
    if (IsControl(c)) {
      safe += fmt::format("\\\\x{:02x}", static_cast<uint8_t>(c));
      continue;
    }
    if (kMarkup.find(c) != kMarkup.npos && c != '_') safe.push_back('\\');
    safe.push_back(c);
  }
  return safe;
}

std::string AsMarkdownCode(std::string_view text) {
  std::string safe;
  size_t longest = 0, ticks = 0;
  for (char c : text) {
    ticks = c == '`' ? ticks + 1 : 0;
    longest = std::max(longest, ticks);
    // A bar ends a cell even inside code.
    safe += IsControl(c) ? " " : c == '|' ? "\\|" : std::string(1, c);
  }
  std::string fence(longest + 1, '`');
  bool pad = safe.empty() || safe.front() == '`' || safe.back() == '`';
  return pad ? fence + " " + safe + " " + fence : fence + safe + fence;
}

std::string AsMermaidWord(std::string_view name) {
  std::string word;
  for (char c : name) word.push_back(IsWord(c) ? c : '_');
  if (word.empty() || (word[0] >= '0' && word[0] <= '9')) word.insert(word.begin(), '_');
  return word;
}

std::string AsMermaidEntity(std::string_view name) {
  std::string entity;
  for (char c : name) entity.push_back(IsControl(c) || c == '"' || c == '%' || c == '\\' ? '_' : c);
  return "\"" + entity + "\"";
}

std::string AsPythonText(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (IsControl(c)) {
      quoted += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
      continue;
    }
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string AsDbmlName(std::string_view name) {
  std::string quoted = "\"";
  for (char c : name) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(IsControl(c) ? ' ' : c);
  }
  return quoted + "\"";
}

}  // namespace roost::describe
