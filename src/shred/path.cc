#include "shred/path.h"

#include <xxhash.h>

#include <cstdio>

#include "base/byte_text.h"

namespace roost::shred {
namespace {

constexpr size_t kMaxNameBytes = 120;
constexpr size_t kCutNameBytes = 103;  // + '_' + 16 hex digits

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void AppendPointerKey(std::string& pointer, std::string_view key) {
  pointer += '/';
  for (char c : key) {
    switch (c) {
      case '~':
        pointer += "~0";
        break;
      case '/':
        pointer += "~1";
        break;
      case '[':
        pointer += "~2";
        break;
      case '{':
        pointer += "~3";
        break;
      default:
        pointer += c;
    }
  }
}

void AppendJsonPathKey(std::string& json_path, std::string_view key) {
  bool plain = !key.empty() && (key[0] < '0' || key[0] > '9');
  for (char c : key) plain &= IsWord(c);
  if (plain) {
    json_path += '.';
    json_path += key;
    return;
  }
  json_path += "['";
  for (char c : key) {
    if (c == '\'' || c == '\\') json_path += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      json_path += escape;
    } else {
      json_path += c;
    }
  }
  json_path += "']";
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string SanitizeName(std::string_view raw) {
  std::string name(raw.empty() ? "_" : raw);
  for (size_t i = 0; i < name.size();) {
    const size_t length = CountUtf8(std::string_view(name).substr(i));
    if (length == 0 || !IsWord(name[i])) name[i] = '_';
    i += length ? length : 1;
  }
  if (name.size() <= kMaxNameBytes) return name;
  char hash[18];
  std::snprintf(hash, sizeof hash, "_%016llx",
                static_cast<unsigned long long>(XXH3_64bits(raw.data(), raw.size())));
  size_t cut = kCutNameBytes;
  while ((static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return name.substr(0, cut) + hash;
}

}  // namespace roost::shred
