#include "sketch/distinct_values.h"

#include <algorithm>

namespace roost::sketch {

void DistinctValues::AddToSample(uint64_t hash) {
  counter_->Add(hash);
  if (sample_.size() == kSampleSize && hash >= sample_.back()) return;
  auto at = std::lower_bound(sample_.begin(), sample_.end(), hash);
  if (at != sample_.end() && *at == hash) return;
  sample_.insert(at, hash);
  if (sample_.size() > kSampleSize) sample_.pop_back();
}

void DistinctValues::Degrade() {
  if (counter_) return;
  counter_.emplace();
  exact_.ForEach([&](uint64_t hash) {
    counter_->Add(hash);
    sample_.push_back(hash);
  });
  std::sort(sample_.begin(), sample_.end());
  if (sample_.size() > kSampleSize) sample_.resize(kSampleSize);
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

void DistinctValues::Save(ByteWriter& to) const {
  std::vector<uint64_t> hashes = Hashes();
  to.U8(counter_ ? 1 : 0);
  to.U64(hashes.size());
  for (uint64_t hash : hashes) to.U64(hash);
  if (counter_) counter_->Save(to);
}

Result<DistinctValues> DistinctValues::Load(ByteReader& from) {
  DistinctValues values;
  ROOST_ASSIGN(uint8_t sampled, from.U8());
  ROOST_ASSIGN(uint64_t count, from.Count(8));
  if (sampled > 1 || count > (sampled ? kSampleSize : kExactLimit)) {
    return Status::Invalid("a sketch holds more hashes than it may");
  }
  std::vector<uint64_t> hashes(count);
  for (uint64_t& hash : hashes) {
    ROOST_ASSIGN(hash, from.U64());
    if (hash == 0) return Status::Invalid("a sketch holds the hash of null");
  }
  if (!std::is_sorted(hashes.begin(), hashes.end())) {
    return Status::Invalid("the hashes of a sketch are out of order");
  }
  if (!sampled) {
    for (uint64_t hash : hashes) values.exact_.Insert(hash);
    return values;
  }
  values.sample_ = std::move(hashes);
  ROOST_ASSIGN(values.counter_, HyperLogLog::Load(from));
  return values;
}

}  // namespace roost::sketch
