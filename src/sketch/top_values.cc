#include "sketch/top_values.h"

#include <algorithm>
#include <array>

namespace roost::sketch {

void TopValues::Shrink() {
  // Of a column of mostly unique values this comes every 64 rows: texts are not touched if unused.
  std::array<uint64_t, kSlots> counts;
  size_t used = 0;
  bool has_repeated = false;
  for (const Entry& entry : entries_) {
    if (entry.count != 0) counts[used++] = entry.count;
    has_repeated |= entry.count > 1;
  }
  if (!has_repeated) {
    for (Entry& entry : entries_) {
      if (entry.has_text) entry.text.clear();
      entry.has_text = false;
      entry.count = 0;
    }
    ++error_;
    used_ = 0;
    return;
  }
  auto middle = counts.begin() + kCounters;
  std::nth_element(counts.begin(), middle, counts.begin() + used, std::greater<>());
  uint64_t taken = *middle;
  error_ += taken;
  std::vector<Entry> kept;
  for (Entry& entry : entries_) {
    if (entry.count > taken) kept.push_back(std::move(entry));
    if (entry.has_text) entry.text.clear();
    entry.has_text = false;
    entry.count = 0;
  }
  used_ = 0;
  for (Entry& entry : kept) {
    Entry& place = Find(entry.hash);
    place = std::move(entry);
    place.count -= taken;
    ++used_;
  }
}

void TopValues::Merge(const TopValues& other) {
  error_ += other.error_;
  for (const Entry& entry : other.entries_) {
    if (entry.count == 0) continue;
    Entry& place = Find(entry.hash);
    if (!place.has_text && entry.has_text) {
      place.text = entry.text;
      place.has_text = true;
    }
    Count(place, entry.hash, entry.count);
  }
}

std::vector<TopValues::Entry> TopValues::Top(size_t count) const {
  std::vector<Entry> top;
  for (const Entry& entry : entries_) {
    if (entry.count != 0 && entry.has_text) top.push_back(entry);
  }
  std::sort(top.begin(), top.end(), [](const Entry& a, const Entry& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  if (top.size() > count) top.resize(count);
  return top;
}

void TopValues::Save(ByteWriter& to) const {
  std::vector<const Entry*> sorted;
  for (const Entry& entry : entries_) {
    if (entry.count != 0) sorted.push_back(&entry);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Entry* a, const Entry* b) { return a->hash < b->hash; });
  to.U64(error_);
  to.U64(sorted.size());
  for (const Entry* entry : sorted) {
    to.U64(entry->hash);
    to.U64(entry->count);
    to.U8(entry->has_text);
    to.Text(entry->text);
  }
}

Result<TopValues> TopValues::Load(ByteReader& from, uint64_t values) {
  TopValues top;
  ROOST_ASSIGN(top.error_, from.U64());
  ROOST_ASSIGN(uint64_t count, from.Count(25));
  if (count > 2 * kCounters) return Status::Invalid("a sketch has too many top values");
  uint64_t last = 0;
  for (uint64_t i = 0; i < count; ++i) {
    ROOST_ASSIGN(uint64_t hash, from.U64());
    if (i > 0 && hash <= last) return Status::Invalid("the top values are out of order");
    last = hash;
    Entry& entry = top.Find(hash);
    ROOST_ASSIGN(uint64_t times, from.U64());
    ROOST_ASSIGN(uint8_t has_text, from.U8());
    if (times == 0 || times > values)
      return Status::Invalid("a sketch has a top value that never came, or too often");
    values -= times;
    entry.has_text = has_text != 0;
    ROOST_ASSIGN(entry.text, from.Text());
    top.Count(entry, hash, times);
  }
  return top;
}

}  // namespace roost::sketch
