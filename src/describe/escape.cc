#include "describe/escape.h"

#include <cstdint>

#include <fmt/format.h>

namespace roost::describe {

namespace {

bool IsControl(char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; }

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

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
