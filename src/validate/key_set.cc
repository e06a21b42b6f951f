#include "validate/key_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <string_view>
#include <utility>

#include "sketch/value_hash.h"
#include "validate/part_state.h"

namespace roost::validate {

namespace {

constexpr size_t kMostPending = size_t{1} << 20;
constexpr int kDigitBits = 11;
constexpr uint64_t kBitsPerKey = 16;  // that a map of keys may have
constexpr size_t kTriedOneOf = 61;    // keys, to see whether they lie close together
constexpr std::string_view kCounted = "counted\n", kTuple = "together\n";
constexpr uint8_t kGivenUp = 1, kHasCounts = 2;  // flags of a saved set

/// Texts and tuples; the same on every machine and for ever, since hashes are kept.
class TupleHash {
 public:
  void Add(std::string_view text) { AddPart(sketch::HashOfText(text)); }
  void Add(int64_t number) { AddPart(sketch::HashOfInteger(number)); }
  int64_t Finish() const { return static_cast<int64_t>(hash_); }

 private:
  void AddPart(uint64_t part) {
    std::array<uint64_t, 2> both = {hash_, part};
    hash_ = is_first_ ? part : XXH3_64bits(both.data(), sizeof both);
    is_first_ = false;
  }

  uint64_t hash_ = 0;
  bool is_first_ = true;
};

bool IsNumber(std::span<BatchColumn* const> columns) {
  return columns.size() == 1 && columns[0]->layout() == BatchColumn::Layout::kInt64;
}

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

/// The different ones of sorted keys.
void DropRepeated(std::vector<int64_t>& keys) {
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

/// Sorts, and leaves each key once. Keys that lie close together are bits of a map, a pass each to
/// set and to read them; the few that do not are sorted.
void SortOnce(std::vector<int64_t>& keys) {
  if (std::is_sorted(keys.begin(), keys.end())) return DropRepeated(keys);
  const auto [least, largest] = std::ranges::minmax(keys);
  auto place = [base = static_cast<uint64_t>(least)](int64_t key) {
    return static_cast<uint64_t>(key) - base;
  };
  const uint64_t end = std::min(place(largest), keys.size() * kBitsPerKey) + 1;
  size_t tried = 0, close = 0;
  for (size_t i = 0; i < keys.size(); i += kTriedOneOf, ++tried) close += place(keys[i]) < end;
  if (close * 8 < tried * 7) {
    SortKeys(keys);
    return DropRepeated(keys);
  }
  std::vector<uint64_t> bits(end / 64 + 1);
  std::vector<int64_t> far;
  for (int64_t key : keys) {
    if (place(key) >= end) {
      far.push_back(key);
    } else {
      bits[place(key) / 64] |= uint64_t{1} << (place(key) % 64);
    }
  }
  keys.clear();
  for (size_t word = 0; word < bits.size(); ++word) {
    for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
      uint64_t at = word * 64 + static_cast<uint64_t>(std::countr_zero(left));
      keys.push_back(static_cast<int64_t>(static_cast<uint64_t>(least) + at));
    }
  }
  SortKeys(far);
  DropRepeated(far);
  keys.insert(keys.end(), far.begin(), far.end());
}

}  // namespace

bool CanBeKeys(const KeyColumns& columns) {
  return !columns.empty() && std::ranges::all_of(columns, [](const shred::FinalColumn* column) {
    return column->type == shred::FinalType::kInt64 || column->type == shred::FinalType::kText;
  });
}

std::string KeyMark(const KeyColumns& columns, bool are_counted) {
  std::string mark = are_counted ? std::string(kCounted) : "";
  if (columns.size() > 1) mark += kTuple;
  for (const shred::FinalColumn* column : columns) {
    mark += (column == columns.front() ? "" : "\n") + ColumnMark(*column, 0);
  }
  return mark;
}

bool IsKeyMark(std::string_view mark) {
  return mark.starts_with(kCounted) || mark.starts_with(kTuple) || mark.ends_with("\n0");
}

int64_t KeyAt(std::span<BatchColumn* const> columns, int64_t row) {
  if (IsNumber(columns)) return columns[0]->integers()[row];
  TupleHash hash;
  for (const BatchColumn* column : columns) {
    if (column->layout() == BatchColumn::Layout::kText) hash.Add(column->Text(row));
    if (column->layout() == BatchColumn::Layout::kInt64) hash.Add(column->integers()[row]);
  }
  return hash.Finish();
}

int64_t KeyOf(const KeyColumns& columns, const std::vector<std::string>& values) {
  auto is_number = [&](size_t i) { return columns[i]->type == shred::FinalType::kInt64; };
  if (columns.size() == 1 && is_number(0)) return std::stoll(values[0]);
  TupleHash hash;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (is_number(i)) hash.Add(int64_t{std::stoll(values[i])});
    if (!is_number(i)) hash.Add(std::string_view(values[i]));
  }
  return hash.Finish();
}

void KeySet::Take(std::span<BatchColumn* const> columns) {
  if (std::ranges::any_of(columns, &BatchColumn::all_null)) return;
  int64_t rows = columns[0]->rows();
  auto is_there = [&](int64_t row) {
    return std::ranges::all_of(columns, [row](auto* column) { return column->IsThere(row); });
  };
  if (given_up_) {
    for (int64_t i = 0; i < rows; ++i) rows_ += is_there(i);
    return;
  }
  size_t before = pending_.size();
  if (IsNumber(columns)) {
    const int64_t* values = columns[0]->integers();
    for (int64_t i = 0; i < rows; ++i) {
      if (columns[0]->IsThere(i)) pending_.push_back(values[i]);
    }
  } else {
    for (int64_t i = 0; i < rows; ++i) {
      if (is_there(i)) pending_.push_back(KeyAt(columns, i));
    }
  }
  rows_ += pending_.size() - before;
  if (pending_.size() >= kMostPending) Settle();
}

void KeySet::Settle() {
  std::vector<uint32_t> counts;
  if (counting_ == Counting::kYes) {
    SortKeys(pending_);
    for (size_t i = 0; i < pending_.size(); ++i) {
      if (i == 0 || pending_[i] != pending_[i - 1]) counts.push_back(0);
      ++counts.back();
    }
    DropRepeated(pending_);
  } else {
    SortOnce(pending_);
  }
  (void)keys();
  MergeKeys(std::move(pending_), std::move(counts));
  pending_ = {};
}

const std::vector<int64_t>& KeySet::keys() const {
  if (ranged_ > 0) {
    keys_.reserve(ranged_ + ranged_ / 8);  // new parts bring more
    for (uint64_t i = 0; i < ranged_; ++i) {
      keys_.push_back(static_cast<int64_t>(static_cast<uint64_t>(first_) + i));
    }
    ranged_ = 0;
  }
  return keys_;
}

/// Whether the keys of both are one range; then this one has them all.
bool KeySet::Extend(const KeySet& other) {
  if (counting_ == Counting::kYes || other.size() == 0) return other.size() == 0;
  int64_t first = other.ranged_ > 0 ? other.first_ : other.keys_.front();
  int64_t last = other.ranged_ > 0
                     ? static_cast<int64_t>(static_cast<uint64_t>(first) + other.ranged_ - 1)
                     : other.keys_.back();
  bool has_gaps = static_cast<uint64_t>(last) - static_cast<uint64_t>(first) != other.size() - 1;
  bool is_empty = size() == 0;
  bool follows = ranged_ > 0 && first > first_ &&
                 static_cast<uint64_t>(first) - static_cast<uint64_t>(first_) == ranged_;
  bool fits = size() + other.size() <= most_;
  if (has_gaps || !fits || !(follows || (is_empty && other.ranged_ > 0))) return false;
  if (is_empty) first_ = first;
  ranged_ += other.size();
  return true;
}

void KeySet::Merge(KeySet&& other) {
  rows_ += other.rows_;
  given_up_ |= other.given_up_;
  if (given_up_) {
    keys_ = {};
    counts_ = {};
    ranged_ = 0;
  } else if (!Extend(other)) {
    (void)keys();
    (void)other.keys();
    MergeKeys(std::move(other.keys_), std::move(other.counts_));
  }
}

/// Two sorted lists become one, from the back, so that there is never a third.
void KeySet::MergeFromBack(const std::vector<int64_t>& more, const std::vector<uint32_t>& counts) {
  bool counted = counting_ == Counting::kYes;
  size_t old = keys_.size(), left = more.size(), end = old + left;
  keys_.resize(end);
  if (counted) counts_.resize(end);
  while (left > 0) {
    bool is_old = old > 0 && keys_[old - 1] >= more[left - 1];
    size_t from = is_old ? --old : --left;
    keys_[--end] = is_old ? keys_[from] : more[from];
    if (counted) counts_[end] = is_old ? counts_[from] : counts[from];
  }
  if (!counted) {
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    return;
  }
  size_t last = 0;
  for (size_t i = 1; i < keys_.size(); ++i) {
    if (keys_[i] == keys_[last]) {
      counts_[last] += counts_[i];
      continue;
    }
    keys_[++last] = keys_[i];
    counts_[last] = counts_[i];
  }
  keys_.resize(last + 1);
  counts_.resize(last + 1);
}

void KeySet::MergeKeys(std::vector<int64_t>&& more, std::vector<uint32_t>&& counts) {
  if (more.empty()) return;
  if (keys_.empty()) {
    keys_ = std::move(more);
    counts_ = std::move(counts);
  } else if (more.front() > keys_.back()) {
    keys_.insert(keys_.end(), more.begin(), more.end());
    counts_.insert(counts_.end(), counts.begin(), counts.end());
  } else {
    MergeFromBack(more, counts);
  }
  if (keys_.size() <= most_) return;
  given_up_ = true;
  keys_ = {};
  counts_ = {};
}

bool KeySet::Has(int64_t key) const {
  if (ranged_ == 0) return std::ranges::binary_search(keys_, key);
  return key >= first_ && static_cast<uint64_t>(key) - static_cast<uint64_t>(first_) < ranged_;
}

std::vector<int64_t> KeySet::Without(const KeySet& others) const {
  std::vector<int64_t> left;
  if (others.ranged_ > 0) {
    std::ranges::copy_if(keys(), std::back_inserter(left),
                         [&](int64_t key) { return !others.Has(key); });
  } else {
    std::ranges::set_difference(keys(), others.keys_, std::back_inserter(left));
  }
  return left;
}

// Keys often are one number after the other: a step of 0, which no two keys make, says how many
// steps of 1 follow. Counts are often alike: a count, then how many keys have it.
void KeySet::Save(sketch::ByteWriter& to) const {
  to.U64(rows_);
  to.U8(static_cast<uint8_t>((given_up_ ? kGivenUp : 0) |
                             (counting_ == Counting::kYes ? kHasCounts : 0)));
  to.U64(size());
  if (keys().empty()) return;
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
  for (size_t i = 0; i < counts_.size();) {
    size_t end = i;
    while (end < counts_.size() && counts_[end] == counts_[i]) ++end;
    to.Varint(counts_[i]);
    to.Varint(end - i);
    i = end;
  }
}

Result<KeySet> KeySet::Load(sketch::ByteReader& from) {
  Status damaged = Status::Invalid("keys that were kept do not rise, or are too many");
  KeySet set;
  ROOST_ASSIGN(set.rows_, from.U64());
  ROOST_ASSIGN(uint8_t flags, from.U8());
  set.given_up_ = (flags & kGivenUp) != 0;
  if (flags & kHasCounts) set.counting_ = Counting::kYes;
  ROOST_ASSIGN(uint64_t count, from.U64());
  if (count > kMost || count > set.rows_) return damaged;
  if (count == 0) return set;
  ROOST_ASSIGN(uint64_t key, from.U64());
  set.first_ = static_cast<int64_t>(key);
  set.keys_.push_back(set.first_);
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
    bool is_range = steps == count - 1 && step == 1 && set.counting_ == Counting::kNo;
    if (is_range) {
      set.ranged_ = count;
      set.keys_ = {};
      return set;
    }
    for (; steps > 0; --steps) set.keys_.push_back(static_cast<int64_t>(key += step));
  }
  while (set.counting_ == Counting::kYes && set.counts_.size() < count) {
    ROOST_ASSIGN(uint64_t times, from.Varint());
    ROOST_ASSIGN(uint64_t keys, from.Varint());
    if (times == 0 || times > std::min<uint64_t>(set.rows_, UINT32_MAX) || keys == 0 ||
        keys > count - set.counts_.size()) {
      return damaged;
    }
    set.counts_.insert(set.counts_.end(), keys, static_cast<uint32_t>(times));
  }
  return set;
}

}  // namespace roost::validate
