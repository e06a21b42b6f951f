// Hashes the bytes of a file: XXH3-128, piece by piece or at once, with the same result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace roost::read {

struct Hash128 {
  uint64_t low = 0, high = 0;
  bool operator==(const Hash128&) const = default;
};

Hash128 HashOf(const char* bytes, size_t size);

class ContentHash {
 public:
  ContentHash();
  ~ContentHash();

  void Add(const char* bytes, size_t size);
  /// Of all bytes so far.
  Hash128 Value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roost::read
