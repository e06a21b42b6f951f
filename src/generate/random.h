// Gives random numbers that depend on nothing but what they are for.
//
// There is no generator with a state: the number for a column's row is a function of a key (made
// from seed, table and column) and the row's number. So any value of any document can be computed
// alone, in any order, by any thread or machine. The function is Squares (Widynski, arXiv
// 2004.06278, the 64-bit version): five rounds of squaring, a few nanoseconds. A Permutation deals
// the numbers 0 .. n-1 out without repeats and without memory.
#pragma once

#include <xxhash.h>

#include <bit>
#include <cstdint>
#include <string_view>

namespace roost::generate {

/// The key for one purpose. Different names give unrelated sequences.
inline uint64_t MakeKey(uint64_t seed, std::string_view name) {
  return XXH3_64bits_withSeed(name.data(), name.size(), seed ^ 0x726f6f7374) | 1;
}

/// 64 random bits for number `row` of the sequence `key`.
inline uint64_t Draw(uint64_t key, uint64_t row) {
  uint64_t x = row * key, y = x, z = y + key;
  x = std::rotl(x * x + y, 32);
  x = std::rotl(x * x + z, 32);
  x = std::rotl(x * x + y, 32);
  x = x * x + z;
  uint64_t t = x;
  x = std::rotl(x, 32);
  return t ^ ((x * x + y) >> 32);
}

/// Maps 64 random bits to 0 .. n-1; monotone in `bits`.
inline uint64_t Below(uint64_t bits, uint64_t n) {
  return static_cast<uint64_t>((static_cast<unsigned __int128>(bits) * n) >> 64);
}

/// The number of 64 bits that is below with probability `share`.
inline uint64_t Threshold(double share) {
  if (share >= 1) return UINT64_MAX;
  return share <= 0 ? 0 : static_cast<uint64_t>(share * 18446744073709551616.0);
}

/// A keyed permutation of 0 .. size-1: three rounds of multiply and shift on the next power of two,
/// walked until the result is in range (less than two rounds of it on average).
class Permutation {
 public:
  Permutation(uint64_t key, uint64_t size)
      : key_(key),
        size_(size),
        mask_(size > 1 ? (~uint64_t{0} >> std::countl_zero(size - 1)) : 0),
        shift_((std::popcount(mask_) + 1) / 2) {}

  uint64_t operator()(uint64_t x) const {
    if (size_ <= 1) return 0;
    do {
      x = Round(Round(Round(x, key_), std::rotl(key_, 21)), std::rotl(key_, 42));
    } while (x >= size_);
    return x;
  }

 private:
  uint64_t Round(uint64_t x, uint64_t key) const {
    x = (x * (key | 1) + (key >> 32)) & mask_;
    return x ^ (x >> shift_);
  }

  uint64_t key_, size_, mask_;
  int shift_;
};

}  // namespace roost::generate
