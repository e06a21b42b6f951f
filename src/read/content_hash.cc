// Compiled in here rather than called from the shared library: Debian's is built for any x86-64 and
// runs at half the speed.
#define XXH_INLINE_ALL
#include "read/content_hash.h"

#include <xxhash.h>

namespace roost::read {

struct ContentHash::State {
  XXH3_state_t xxh3;
};

Hash128 HashOf(const char* bytes, size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return {hash.low64, hash.high64};
}

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh3);
}

ContentHash::~ContentHash() = default;

void ContentHash::Add(const char* bytes, size_t size) {
  XXH3_128bits_update(&state_->xxh3, bytes, size);
}

Hash128 ContentHash::Value() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh3);
  return {hash.low64, hash.high64};
}

}  // namespace roost::read
