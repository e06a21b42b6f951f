#include "shred/reference/names.h"

#include <xxhash.h>

#include <cstdint>
#include <cstdio>

namespace roost::shred::reference {

std::string SanitizeName(const std::string& wanted) {
  if (wanted.empty()) return "_";
  std::string name;
  for (char c : wanted) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    name += letter || digit || static_cast<uint8_t>(c) >= 0x80 ? c : '_';
  }
  if (name.size() <= 120) return name;
  size_t cut = 103;
  while ((static_cast<uint8_t>(name[cut]) & 0xC0) == 0x80) --cut;
  char hash[18];
  std::snprintf(hash, sizeof hash, "_%016llx",
                static_cast<unsigned long long>(XXH3_64bits(wanted.data(), wanted.size())));
  return name.substr(0, cut) + hash;
}

std::string JoinKeys(const std::vector<std::string>& keys) {
  std::string name;
  for (size_t i = 0; i < keys.size(); ++i) name += (i > 0 ? "_" : "") + keys[i];
  return name;
}

std::string UniqueNames::Take(const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; !taken_.insert(LowerCase(name)).second; ++i) {
    name = wanted + "_" + std::to_string(i);
  }
  return name;
}

std::string UniqueNames::TakeTechnical(std::string wanted) {
  while (!taken_.insert(LowerCase(wanted)).second) wanted = "_" + wanted;
  return wanted;
}

std::string LowerCase(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

}  // namespace roost::shred::reference
