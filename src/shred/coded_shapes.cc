#include "shred/coded_shapes.h"

#include <xxhash.h>

#include <algorithm>

namespace roost::shred {
namespace {

uint32_t Hash(Codes codes) {
  return static_cast<uint32_t>(XXH3_64bits(codes.data, codes.count * sizeof(Code)));
}

}  // namespace

void SpellShape(Codes codes, const std::vector<std::string>& quoted_keys, std::string& text) {
  text = "{";
  for (size_t i = 0; i < codes.count; ++i) {
    Code code = codes.data[i];
    if (code == kEndOfObject) {
      text += '}';
      continue;
    }
    if (text.back() != '{') text += ',';
    text += quoted_keys[code >> 8];
    text += static_cast<char>(code & 0xff);
  }
  text += '}';
}

uint32_t CodedShapes::Look(Codes codes) {
  if (slots_.empty()) return kUnknown;
  uint32_t hash = Hash(codes);
  size_t mask = slots_.size() - 1;
  for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    size_t entry = slots_[slot] - 1;
    if (entries_[entry].hash != hash || !IsAt(entry, codes)) continue;
    last_ = entry;
    return entries_[entry].shape;
  }
  return kUnknown;
}

void CodedShapes::Add(Codes codes, uint32_t shape) {
  Entry entry{Hash(codes), static_cast<uint32_t>(pool_.size()), static_cast<uint32_t>(codes.count),
              shape};
  pool_.Append(codes.data, codes.count);
  entries_.push_back(entry);
  last_ = entries_.size() - 1;
  if (entries_.size() * 2 <= slots_.size()) return Insert(static_cast<uint32_t>(last_));
  slots_.assign(std::max<size_t>(16, slots_.size() * 2), 0);
  for (uint32_t i = 0; i < entries_.size(); ++i) Insert(i);
}

void CodedShapes::Insert(uint32_t entry) {
  size_t mask = slots_.size() - 1;
  size_t slot = entries_[entry].hash & mask;
  while (slots_[slot] != 0) slot = (slot + 1) & mask;
  slots_[slot] = entry + 1;
}

}  // namespace roost::shred
