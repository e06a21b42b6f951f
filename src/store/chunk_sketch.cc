#include "store/chunk_sketch.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "sketch/column_sketch.h"

namespace roost::store {
namespace {

using sketch::ColumnSketch;
using sketch::Value;

template <typename Number>
bool IsSorted(const uint64_t* words, uint32_t count) {
  bool sorted = true;
  for (uint32_t i = 1; i < count; ++i)
    sorted &= std::bit_cast<Number>(words[i - 1]) <= std::bit_cast<Number>(words[i]);
  return sorted;
}

Value ValueOfWord(uint64_t word, bool is_double) {
  return is_double ? sketch::ValueOfDouble(std::bit_cast<double>(word))
                   : sketch::ValueOfInteger(static_cast<int64_t>(word));
}

}  // namespace

void ChunkSketch::AddCodes(const uint32_t* codes, uint32_t count, size_t entries) {
  if (counted_ == Counted::kWindow) gave_up_ = true;
  if (gave_up_) return;
  counted_ = Counted::kCodes;
  if (size_t known = counts_.size(); known < entries) {
    counts_.Reserve(entries);
    std::fill(counts_.data() + known, counts_.data() + entries, 0);
    counts_.SetSize(entries);
  }
  uint32_t* counts = counts_.data();
  for (uint32_t i = 0; i < count; ++i) ++counts[codes[i]];
  values_ += count;
}

bool ChunkSketch::Widen(int64_t least, int64_t greatest) {
  const auto size = static_cast<int64_t>(counts_.size());
  if (size > 0) {
    least = std::min(least, base_);
    greatest = std::max(greatest, base_ + (size - 1));
  }
  if (static_cast<uint64_t>(greatest) - static_cast<uint64_t>(least) >= kWindow) return false;
  const auto wanted = static_cast<size_t>(greatest - least) + 1;
  if (size > 0 && least == base_ && wanted == counts_.size()) return true;
  Buffer<uint32_t> wider;
  wider.Reserve(wanted);
  std::fill(wider.data(), wider.data() + wanted, 0);
  if (size > 0) std::copy(counts_.begin(), counts_.end(), wider.data() + (base_ - least));
  wider.SetSize(wanted);
  counts_ = std::move(wider);
  base_ = least;
  return true;
}

template <typename Integer>
void ChunkSketch::AddWindow(const Integer* values, uint32_t count) {
  if (gave_up_ || count == 0) return;
  Integer least = values[0], greatest = values[0];
  bool sorted = true;
  for (uint32_t i = 1; i < count; ++i) {
    least = std::min(least, values[i]);
    greatest = std::max(greatest, values[i]);
    sorted &= values[i - 1] <= values[i];
  }
  if (counted_ == Counted::kCodes || !Widen(least, greatest)) {
    gave_up_ = true;
    counts_.Release();
    return;
  }
  counted_ = Counted::kWindow;
  uint32_t* counts = counts_.data();
  for (uint32_t i = 0; i < count; ++i) ++counts[values[i] - base_];
  values_ += count;
  auto first = static_cast<int64_t>(values[0]);
  sorted_ = sorted_ && sorted && (!has_order_ || static_cast<int64_t>(last_) <= first);
  last_ = static_cast<uint64_t>(static_cast<int64_t>(values[count - 1]));
  has_order_ = true;
}

template void ChunkSketch::AddWindow(const int64_t*, uint32_t);
template void ChunkSketch::AddWindow(const int32_t*, uint32_t);
template void ChunkSketch::AddWindow(const uint8_t*, uint32_t);

void ChunkSketch::AddOrder(const uint64_t* words, uint32_t count, bool is_double) {
  if (gave_up_ || count == 0) return;
  auto in_order = [&](const uint64_t* pair, uint32_t size) {
    return is_double ? IsSorted<double>(pair, size) : IsSorted<int64_t>(pair, size);
  };
  const uint64_t edge[2] = {last_, words[0]};
  sorted_ = sorted_ && (!has_order_ || in_order(edge, 2)) && in_order(words, count);
  last_ = words[count - 1];
  has_order_ = true;
}

std::string ChunkSketch::Finish(const ChunkFacts& facts, const Buffer<uint64_t>& words,
                                const shred::Dictionary* texts) const {
  uint64_t values = facts.levels - facts.nulls;
  if (gave_up_ || facts.is_list || values != values_) return {};
  ColumnSketch sketch;
  if (facts.nulls > 0) sketch.Add(Value{}, facts.nulls);
  bool is_text = facts.physical == Physical::kBytes;
  bool is_double = facts.physical == Physical::kDouble;
  auto value_of = [&](size_t place) {
    if (counted_ == Counted::kWindow)
      return sketch::ValueOfInteger(base_ + static_cast<int64_t>(place));
    return is_text ? sketch::ValueOfText(texts->TextOf(texts->entries[place]))
                   : ValueOfWord(words[place], is_double);
  };
  std::vector<std::pair<Value, uint32_t>> counted;
  for (size_t place = 0; place < counts_.size(); ++place)
    if (counts_[place] > 0) counted.emplace_back(value_of(place), counts_[place]);
  // A sketch knows whether integers fall from row to row, so they come in an order in which they do
  // or do not, as they did.
  std::ranges::stable_sort(counted, {}, [](const auto& each) { return each.first.integer; });
  if (!sorted_) std::ranges::reverse(counted);
  for (const auto& [value, count] : counted) sketch.Add(value, count);
  if (is_text && sketch.only_integers()) return {};  // their order is not known
  return sketch.Save();
}

void ChunkSketch::Reset() {
  counted_ = Counted::kNothing;
  gave_up_ = has_order_ = false;
  sorted_ = true;
  values_ = last_ = 0;
  base_ = 0;
  counts_.Release();
}

}  // namespace roost::store
