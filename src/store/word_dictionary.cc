#include "store/word_dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace roost::store {
namespace {

constexpr uint32_t kFree = ~0u;
constexpr uint32_t kFewestSlots = 64;

uint32_t SlotOf(uint64_t value, uint32_t shift) {
  return static_cast<uint32_t>((value * 0x9E3779B97F4A7C15ull) >> shift);
}

}  // namespace

void WordDictionary::Rebuild(uint32_t slots) {
  slots_.Reserve(slots);
  slots_.SetSize(slots);
  std::memset(slots_.data(), 0xff, slots * sizeof(uint32_t));
  shift_ = 64 - static_cast<uint32_t>(std::countr_zero(slots));
  for (uint32_t code = 0; code < entries_.size(); ++code) {
    uint32_t slot = SlotOf(entries_[code], shift_);
    while (slots_[slot] != kFree) slot = (slot + 1) & (slots - 1);
    slots_[slot] = code;
  }
}

bool WordDictionary::Encode(const uint64_t* values, uint32_t count, uint32_t at_most,
                            uint32_t* codes) {
  size_t before = entries_.size();
  at_most = std::min(at_most, kMaxEntries);
  if (slots_.size() == 0) Rebuild(kFewestSlots);
  auto mask = static_cast<uint32_t>(slots_.size() - 1);
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t value = values[i];
    uint32_t slot = SlotOf(value, shift_);
    while (slots_[slot] != kFree && entries_[slots_[slot]] != value) slot = (slot + 1) & mask;
    if (slots_[slot] == kFree) [[unlikely]] {
      if (entries_.size() >= at_most) {
        entries_.SetSize(before);
        Rebuild(static_cast<uint32_t>(slots_.size()));
        return false;
      }
      slots_[slot] = static_cast<uint32_t>(entries_.size());
      codes[i] = slots_[slot];
      entries_.Push(value);
      if (entries_.size() * 2 > slots_.size()) {
        Rebuild(static_cast<uint32_t>(slots_.size() * 2));
        mask = static_cast<uint32_t>(slots_.size() - 1);
      }
      continue;
    }
    codes[i] = slots_[slot];
  }
  return true;
}

void WordDictionary::Release() {
  entries_.Release();
  slots_.Release();
  shift_ = 64;
}

}  // namespace roost::store
