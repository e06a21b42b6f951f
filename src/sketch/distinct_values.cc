#include "sketch/distinct_values.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sketch/value_hash.h"

namespace roost::sketch {

void DistinctValues::Add(std::span<const uint64_t> hashes) {
  auto next = hashes.begin();
  for (; next != hashes.end() && !counter_; ++next) Add(*next);
  if (next == hashes.end()) return;
  HyperLogLog& counter = *counter_;
  for (auto it = next; it != hashes.end(); ++it) counter.Add(*it);
  for (auto it = next; it != hashes.end(); ++it) {
    if (*it < sample_end_) AddToSample(*it);
  }
}

void DistinctValues::AddToSample(uint64_t hash) {
  auto at = std::lower_bound(sample_.begin(), sample_.end(), hash);
  if (at != sample_.end() && *at == hash) return;
  sample_.insert(at, hash);
  if (sample_.size() > kSampleSize) sample_.pop_back();
  EndSample();
}

void DistinctValues::EndSample() {
  sample_end_ = sample_.size() < kSampleSize ? UINT64_MAX : sample_.back();
}

void DistinctValues::Degrade() {
  if (counter_) return;
  counter_.emplace();
  exact_.ForEach([&](uint64_t hash) {
    counter_->Add(hash);
    sample_.push_back(hash);
  });
  if (sample_.size() > kSampleSize) {
    auto end = sample_.begin() + kSampleSize;
    std::nth_element(sample_.begin(), end, sample_.end());
    sample_.resize(kSampleSize);
  }
  std::sort(sample_.begin(), sample_.end());
  EndSample();
  exact_ = HashSet();
}

void DistinctValues::Merge(const DistinctValues& other) {
  if (!other.counter_) {
    other.exact_.ForEach([&](uint64_t hash) { Add(hash); });
    return;
  }
  Degrade();
  counter_->Merge(*other.counter_);
  std::vector<uint64_t> both;
  std::set_union(sample_.begin(), sample_.end(), other.sample_.begin(), other.sample_.end(),
                 std::back_inserter(both));
  if (both.size() > kSampleSize) both.resize(kSampleSize);
  sample_ = std::move(both);
  EndSample();
}

std::vector<uint64_t> DistinctValues::Hashes() const {
  if (counter_) return sample_;
  std::vector<uint64_t> hashes;
  hashes.reserve(exact_.size());
  exact_.ForEach([&](uint64_t hash) { hashes.push_back(hash); });
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

bool DistinctValues::Has(uint64_t hash) const {
  return counter_ ? std::binary_search(sample_.begin(), sample_.end(), hash)
                  : exact_.Contains(hash);
}

std::optional<double> DistinctValues::ShareOf(const std::vector<uint64_t>& others,
                                              bool others_exact, size_t least) const {
  // A sample shorter than its size is all there is.
  bool all_known = !counter_ || sample_.size() < kSampleSize;
  uint64_t end = all_known ? UINT64_MAX : sample_.back();
  size_t seen = 0, found = 0;
  for (uint64_t hash : others) {
    if (hash > end) break;
    ++seen;
    found += Has(hash);
  }
  bool complete = all_known && others_exact;
  if (seen == 0 || (seen < least && !complete)) return std::nullopt;
  return static_cast<double>(found) / static_cast<double>(seen);
}

void DistinctValues::Save(ByteWriter& to, Of of) const {
  std::vector<uint64_t> hashes = Hashes();
  if (exact() && of == Of::kIntegers) return SaveIntegers(to, hashes);
  to.U8(static_cast<uint8_t>(counter_ ? Form::kSample : Form::kHashes));
  to.U64(hashes.size());
  for (uint64_t hash : hashes) to.U64(hash);
  if (counter_) counter_->Save(to);
}

// In order, each as the distance from the last one.
void DistinctValues::SaveIntegers(ByteWriter& to, const std::vector<uint64_t>& hashes) const {
  std::vector<int64_t> integers;
  integers.reserve(hashes.size());
  for (uint64_t hash : hashes) integers.push_back(IntegerOfHash(hash));
  std::sort(integers.begin(), integers.end());
  to.U8(static_cast<uint8_t>(Form::kIntegers));
  to.U64(integers.size());
  uint64_t last = static_cast<uint64_t>(INT64_MIN);
  for (int64_t integer : integers) {
    to.Varint(static_cast<uint64_t>(integer) - last);
    last = static_cast<uint64_t>(integer);
  }
}

Result<DistinctValues> DistinctValues::LoadIntegers(ByteReader& from) {
  ROOST_ASSIGN(uint64_t count, from.Count(1));
  if (count > kExactLimit) return Status::Invalid("a sketch holds more integers than it may");
  DistinctValues values;
  values.exact_ = HashSet(count);
  uint64_t last = static_cast<uint64_t>(INT64_MIN);
  for (uint64_t i = 0; i < count; ++i) {
    ROOST_ASSIGN(uint64_t distance, from.Varint());
    last += distance;
    values.exact_.Insert(HashOfInteger(static_cast<int64_t>(last)));
  }
  return values;
}

Result<DistinctValues> DistinctValues::Load(ByteReader& from) {
  ROOST_ASSIGN(uint8_t form, from.U8());
  if (form > static_cast<uint8_t>(Form::kIntegers))
    return Status::Invalid("a sketch holds its values in an unknown form");
  if (form == static_cast<uint8_t>(Form::kIntegers)) return LoadIntegers(from);
  bool sampled = form == static_cast<uint8_t>(Form::kSample);
  ROOST_ASSIGN(uint64_t count, from.Count(8));
  if (count > (sampled ? kSampleSize : kExactLimit))
    return Status::Invalid("a sketch holds more hashes than it may");
  std::vector<uint64_t> hashes(count);
  for (uint64_t& hash : hashes) {
    ROOST_ASSIGN(hash, from.U64());
    if (hash == kNullHash) return Status::Invalid("a sketch holds the hash of null");
  }
  if (!std::is_sorted(hashes.begin(), hashes.end()))
    return Status::Invalid("the hashes of a sketch are out of order");
  DistinctValues values;
  if (!sampled) {
    values.exact_ = HashSet(count);
    for (uint64_t hash : hashes) values.exact_.Insert(hash);
    return values;
  }
  values.sample_ = std::move(hashes);
  values.EndSample();
  ROOST_ASSIGN(values.counter_, HyperLogLog::Load(from));
  return values;
}

}  // namespace roost::sketch
