#include "validate/key_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <utility>

namespace roost::validate {

namespace {

constexpr size_t kMostPending = size_t{1} << 20;
constexpr int kDigitBits = 11;

/// From the last digit on; only as many digits as the range has: keys mostly lie close together.
void SortKeys(std::vector<int64_t>& keys) {
  if (std::is_sorted(keys.begin(), keys.end())) return;
  auto [least, largest] = std::minmax_element(keys.begin(), keys.end());
  auto base = static_cast<uint64_t>(*least);
  int bits = std::bit_width(static_cast<uint64_t>(*largest) - base);
  std::vector<int64_t> other(keys.size());
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    std::array<size_t, size_t{1} << kDigitBits> places{};
    auto digit = [&](int64_t key) {
      return (static_cast<uint64_t>(key) - base) >> shift & (places.size() - 1);
    };
    for (int64_t key : keys) ++places[digit(key)];
    size_t begin = 0;
    for (size_t& place : places) begin += std::exchange(place, begin);
    for (int64_t key : keys) other[places[digit(key)]++] = key;
    keys.swap(other);
  }
}

}  // namespace

void KeySet::Take(const BatchColumn& column) {
  rows_ += static_cast<uint64_t>(column.rows() - column.nulls());
  if (given_up_ || column.all_null()) return;
  const int64_t* values = column.integers();
  for (int64_t i = 0; i < column.rows(); ++i) {
    if (column.IsThere(i)) pending_.push_back(values[i]);
  }
  if (pending_.size() >= kMostPending) Settle();
}

void KeySet::Settle() {
  SortKeys(pending_);
  pending_.erase(std::unique(pending_.begin(), pending_.end()), pending_.end());
  MergeKeys(std::move(pending_));
  pending_ = {};
}

void KeySet::Merge(KeySet&& other) {
  rows_ += other.rows_;
  given_up_ |= other.given_up_;
  if (given_up_) keys_ = {};
  if (!given_up_) MergeKeys(std::move(other.keys_));
}

void KeySet::MergeKeys(std::vector<int64_t>&& more) {
  if (more.empty()) return;
  if (keys_.empty()) {
    keys_ = std::move(more);
  } else if (more.front() > keys_.back()) {
    keys_.insert(keys_.end(), more.begin(), more.end());
  } else {
    // From the back, so that there is never a third list.
    size_t old = keys_.size(), left = more.size(), end = old + left;
    keys_.resize(end);
    while (left > 0) {
      bool is_old = old > 0 && keys_[old - 1] >= more[left - 1];
      keys_[--end] = is_old ? keys_[--old] : more[--left];
    }
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  }
  if (keys_.size() <= kMost) return;
  given_up_ = true;
  keys_ = {};
}

std::vector<int64_t> KeySet::Without(const KeySet& others) const {
  std::vector<int64_t> left;
  std::set_difference(keys_.begin(), keys_.end(), others.keys_.begin(), others.keys_.end(),
                      std::back_inserter(left));
  return left;
}

// Keys often are one number after the other: a step of 0, which no two keys make, says how many
// steps of 1 follow.
void KeySet::Save(sketch::ByteWriter& to) const {
  to.U64(rows_);
  to.U8(given_up_);
  to.U64(keys_.size());
  if (keys_.empty()) return;
  to.U64(static_cast<uint64_t>(keys_[0]));
  auto step = [&](size_t i) {
    return static_cast<uint64_t>(keys_[i]) - static_cast<uint64_t>(keys_[i - 1]);
  };
  for (size_t i = 1; i < keys_.size();) {
    size_t end = i;
    while (end < keys_.size() && step(end) == 1) ++end;
    if (end == i) {
      to.Varint(step(i++));
      continue;
    }
    to.Varint(0);
    to.Varint(end - i);
    i = end;
  }
}

Result<KeySet> KeySet::Load(sketch::ByteReader& from) {
  Status damaged = Status::Invalid("keys that were kept do not rise, or are too many");
  KeySet set;
  ROOST_ASSIGN(set.rows_, from.U64());
  ROOST_ASSIGN(uint8_t given_up, from.U8());
  set.given_up_ = given_up != 0;
  ROOST_ASSIGN(uint64_t count, from.U64());
  if (count > kMost) return damaged;
  if (count == 0) return set;
  set.keys_.reserve(count + count / 8);  // new parts bring more
  ROOST_ASSIGN(uint64_t key, from.U64());
  set.keys_.push_back(static_cast<int64_t>(key));
  while (set.keys_.size() < count) {
    ROOST_ASSIGN(uint64_t step, from.Varint());
    uint64_t steps = 1;
    if (step == 0) {
      ROOST_ASSIGN(steps, from.Varint());
      step = 1;
    }
    if (steps == 0 || steps > count - set.keys_.size()) return damaged;
    bool rises = static_cast<int64_t>(key + steps * step) > static_cast<int64_t>(key);
    if (!rises) return damaged;
    for (; steps > 0; --steps) set.keys_.push_back(static_cast<int64_t>(key += step));
  }
  return set;
}

}  // namespace roost::validate
