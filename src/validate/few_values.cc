#include "validate/few_values.h"

namespace roost::validate {

namespace {

/// Equal texts have the same, others mostly not.
uint64_t RoughHash(const TextEnds& ends) {
  uint64_t hash = (ends.begin ^ (ends.end * 0x9E3779B97F4A7C15) ^ ends.size) * 0xBF58476D1CE4E5B9;
  return hash ^ (hash >> 32);
}

}  // namespace

bool FewValues::Is(size_t entry, const TextEnds& ends, std::string_view text) const {
  return ends_[entry] == ends && (ends.size <= TextEnds::kAll || entries_[entry].text == text);
}

bool FewValues::Add(std::string_view text, uint64_t times) {
  if (given_up_) return true;
  const TextEnds ends(text);
  if (last_ < entries_.size() && Is(last_, ends, text)) {
    entries_[last_].count += times;
    return true;
  }
  for (uint64_t at = RoughHash(ends);; ++at) {
    uint8_t& slot = slots_[at % kSlots];
    if (slot == 0) {
      if (entries_.size() == kMost) return false;
      entries_.push_back({std::string(text), times});
      ends_.push_back(ends);
      slot = static_cast<uint8_t>(entries_.size());
    } else if (Is(slot - 1u, ends, text)) {
      entries_[slot - 1u].count += times;
    } else {
      continue;
    }
    last_ = slot - 1u;
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
  ends_.clear();
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
