#include "validate/few_values.h"

#include <algorithm>
#include <cstring>

namespace roost::validate {

namespace {

/// Of the length and the outer bytes: equal texts have the same, others mostly not.
uint64_t RoughHash(std::string_view text) {
  uint64_t begin = 0, end = 0;
  size_t some = std::min<size_t>(8, text.size());
  std::memcpy(&begin, text.data(), some);
  std::memcpy(&end, text.data() + text.size() - some, some);
  uint64_t hash = (begin ^ (end * 0x9E3779B97F4A7C15) ^ text.size()) * 0xBF58476D1CE4E5B9;
  return hash ^ (hash >> 32);
}

}  // namespace

bool FewValues::Add(std::string_view text, uint64_t times) {
  if (given_up_) return true;
  for (uint64_t at = RoughHash(text);; ++at) {
    uint8_t& slot = slots_[at % kSlots];
    if (slot == 0) {
      if (entries_.size() == kMost) return false;
      entries_.push_back({std::string(text), times});
      slot = static_cast<uint8_t>(entries_.size());
      return true;
    }
    Entry& entry = entries_[slot - 1u];
    if (entry.text != text) continue;
    entry.count += times;
    return true;
  }
}

void FewValues::Merge(const FewValues& other) {
  if (other.given_up_) return GiveUp();
  for (const Entry& entry : other.entries_) {
    if (!Add(entry.text, entry.count)) return GiveUp();
  }
}

void FewValues::GiveUp() {
  given_up_ = true;
  entries_.clear();
}

void FewValues::Save(sketch::ByteWriter& to) const {
  to.U8(given_up_);
  to.Varint(entries_.size());
  for (const Entry& entry : entries_) {
    to.Text(entry.text);
    to.Varint(entry.count);
  }
}

Result<FewValues> FewValues::Load(sketch::ByteReader& from) {
  FewValues values;
  ROOST_ASSIGN(uint8_t given_up, from.U8());
  ROOST_ASSIGN(uint64_t count, from.Varint());
  for (uint64_t i = 0; i < count; ++i) {
    ROOST_ASSIGN(std::string text, from.Text());
    ROOST_ASSIGN(uint64_t times, from.Varint());
    if (!values.Add(text, times)) return Status::Invalid("there are more values than are kept");
  }
  if (given_up != 0) values.GiveUp();
  return values;
}

}  // namespace roost::validate
