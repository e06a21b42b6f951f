// Hashes single values, so that equal values of different columns and tables hash alike.
//
// Integers go through a bijection: different integers never collide, and IntegerOfHash gives them
// back. Texts are XXH3-64; of n values two collide with a chance below n * n / 2^65. So "no two
// hashes are equal" proves that values differ, and "the hash is missing" proves that a value is.
// Hash 0 is nobody's: it stands for null. Stable for ever: sketches on disk hold these hashes.
#pragma once

// The hash of a short text takes less time than a call of it.
#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

#include <bit>
#include <cstdint>
#include <string_view>

namespace roost::sketch {

constexpr uint64_t kNullHash = 0;

/// The finaliser of splitmix64, whose steps can each be undone.
inline uint64_t HashOfInteger(int64_t value) {
  uint64_t hash = static_cast<uint64_t>(value) + 0x9e3779b97f4a7c15ull;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ull;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebull;
  hash ^= hash >> 31;
  return hash == kNullHash ? 1 : hash;
}

inline int64_t IntegerOfHash(uint64_t hash) {
  hash = (hash ^ (hash >> 31) ^ (hash >> 62)) * 0x319642b2d24d8ec3ull;
  hash = (hash ^ (hash >> 27) ^ (hash >> 54)) * 0x96de1b173f119089ull;
  hash ^= (hash >> 30) ^ (hash >> 60);
  return static_cast<int64_t>(hash - 0x9e3779b97f4a7c15ull);
}

inline uint64_t HashOfText(std::string_view text) {
  uint64_t hash = XXH3_64bits(text.data(), text.size());
  return hash == kNullHash ? 1 : hash;
}

/// Fractions only: a double that is a whole number hashes as that integer, by the caller.
inline uint64_t HashOfFraction(double value) {
  uint64_t bits = std::bit_cast<uint64_t>(value);
  return XXH3_64bits_withSeed(&bits, sizeof bits, 1) | 1;
}

/// Folds one more part of a tuple into its hash; the order of the parts counts.
inline uint64_t HashOfTuple(uint64_t so_far, uint64_t part) {
  uint64_t mixed = (so_far ^ std::rotl(part, 23)) * 0x9fb21c651e98df25ull;
  return mixed ^ (mixed >> 32) ^ part;
}

}  // namespace roost::sketch
