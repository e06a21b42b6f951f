#include "shred/shape_registry.h"

#include <xxhash.h>

namespace roost::shred {

uint64_t ShapeHash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

uint32_t ShapeRegistry::NumberOf(std::string_view text, uint64_t hash) {
  if (auto found = numbers_.find(hash); found != numbers_.end()) {
    // Two texts of one hash: the row spells its shape out, so that the hash is never ambiguous.
    return texts_[found->second] == text ? found->second : kSpelled;
  }
  if (overflowed_ || texts_.size() >= kMaxNumberedShapes ||
      text_bytes_ + text.size() > kMaxNumberedBytes) {
    overflowed_ = true;
    return kSpelled;
  }
  auto number = static_cast<uint32_t>(texts_.size());
  ForgetPassing();
  numbers_.emplace(hash, number);
  texts_.emplace_back(text);
  counts_.push_back(0);
  hashes_.push_back({hash});
  text_bytes_ += text.size();
  return number;
}

uint32_t ShapeRegistry::AddPassing(uint64_t hash) {
  auto [place, is_new] = passing_.emplace(hash, static_cast<uint32_t>(hashes_.size()));
  if (is_new) hashes_.push_back({hash});
  return place->second;
}

}  // namespace roost::shred
