#include "sketch/kll.h"

#include <algorithm>
#include <cmath>

#include "sketch/value_hash.h"

namespace roost::sketch {

namespace {

constexpr size_t kTopCapacity = 200, kLeastCapacity = 8;
constexpr uint64_t kMostLevels = 60;
// KLL's sampler: of a long stream one number in 16 goes on, and stands for 16.
constexpr uint64_t kSampleFrom = 1 << 17;
constexpr size_t kSampleLevel = 4;

}  // namespace

// Levels shrink by 2/3 from the top down.
size_t Kll::Capacity(size_t level) const {
  double depth = static_cast<double>(levels_.size() - level - 1);
  auto capacity = static_cast<size_t>(kTopCapacity * std::pow(2.0 / 3, depth));
  return std::max(capacity, kLeastCapacity);
}

void Kll::Add(double value, uint64_t times) {
  if (times == 0) return;
  if (count_ == 0) smallest_ = largest_ = value;
  smallest_ = std::min(smallest_, value);
  largest_ = std::max(largest_, value);
  count_ += times;
  if (times == 1 && count_ > kSampleFrom) {
    if ((HashOfInteger(static_cast<int64_t>(count_)) & ((1u << kSampleLevel) - 1)) == 0) {
      AddAt(kSampleLevel, value);
    }
    return;
  }
  for (size_t level = 0; times != 0; ++level, times >>= 1) {
    if (times & 1) AddAt(level, value);
  }
}

void Kll::AddAt(size_t level, double value) {
  if (level >= levels_.size()) levels_.resize(level + 1);
  levels_[level].push_back(value);
  // A level may fill up to the top's size before all are looked at.
  if (levels_[level].size() >= kTopCapacity) Compact();
}

void Kll::Compact() {
  for (size_t level = 0; level < levels_.size(); ++level) {
    if (levels_[level].size() < Capacity(level)) continue;
    if (level + 1 == levels_.size()) levels_.emplace_back();
    std::vector<double>& full = levels_[level];
    std::sort(full.begin(), full.end());
    // An odd one stays, so that weights add up.
    double odd = full.back();
    bool has_odd = full.size() % 2 != 0;
    size_t pairs = full.size() / 2;
    for (size_t i = 0; i < pairs; ++i) {
      levels_[level + 1].push_back(full[2 * i + (compactions_ & 1)]);
    }
    ++compactions_;
    full.clear();
    if (has_odd) full.push_back(odd);
  }
}

void Kll::Merge(const Kll& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    smallest_ = other.smallest_;
    largest_ = other.largest_;
  }
  smallest_ = std::min(smallest_, other.smallest_);
  largest_ = std::max(largest_, other.largest_);
  count_ += other.count_;
  if (levels_.size() < other.levels_.size()) levels_.resize(other.levels_.size());
  for (size_t level = 0; level < other.levels_.size(); ++level) {
    const std::vector<double>& more = other.levels_[level];
    levels_[level].insert(levels_[level].end(), more.begin(), more.end());
  }
  Compact();
}

Kll::Order Kll::InOrder() const {
  Order order;
  order.smallest_ = smallest_;
  order.largest_ = largest_;
  for (size_t level = 0; level < levels_.size(); ++level) {
    const auto weight = static_cast<double>(uint64_t{1} << level);
    for (double value : levels_[level]) order.numbers_.emplace_back(value, weight);
  }
  std::sort(order.numbers_.begin(), order.numbers_.end());
  double passed = 0;
  for (auto& [value, up_to] : order.numbers_) up_to = passed += up_to;
  return order;
}

double Kll::Order::Quantile(double share) const {
  if (share <= 0) return smallest_;
  if (share >= 1 || numbers_.empty()) return largest_;
  const double wanted = share * numbers_.back().second;
  auto at = std::partition_point(numbers_.begin(), numbers_.end(),
                                 [&](const auto& number) { return number.second < wanted; });
  return at == numbers_.end() ? largest_ : at->first;
}

void Kll::Save(ByteWriter& to) const {
  to.U64(count_);
  to.U64(compactions_);
  to.Double(smallest_);
  to.Double(largest_);
  to.U64(levels_.size());
  for (const std::vector<double>& level : levels_) {
    to.U64(level.size());
    for (double value : level) to.Double(value);
  }
}

Result<Kll> Kll::Load(ByteReader& from) {
  Kll sketch;
  ROOST_ASSIGN(sketch.count_, from.U64());
  ROOST_ASSIGN(sketch.compactions_, from.U64());
  ROOST_ASSIGN(sketch.smallest_, from.Double());
  ROOST_ASSIGN(sketch.largest_, from.Double());
  ROOST_ASSIGN(uint64_t levels, from.Count(8));
  // A number on the highest level stands for some of all.
  if (levels == 0 || levels > kMostLevels || (uint64_t{1} << (levels - 1)) / 2 > sketch.count_)
    return Status::Invalid("a KLL sketch has wrong levels");
  sketch.levels_.resize(levels);
  for (std::vector<double>& level : sketch.levels_) {
    ROOST_ASSIGN(uint64_t size, from.Count(8));
    if (size >= kTopCapacity) return Status::Invalid("a level of a KLL sketch is too full");
    level.resize(size);
    for (double& value : level) {
      ROOST_ASSIGN(value, from.Double());
      if (!(value >= sketch.smallest_ && value <= sketch.largest_))
        return Status::Invalid("a KLL sketch holds a number out of its range");
    }
  }
  return sketch;
}

}  // namespace roost::sketch
