#include "generate/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace roost::generate {

TEST(Random, PermutationsAreBijections) {
  for (uint64_t size : {1u, 2u, 3u, 4u, 5u, 20u, 63u, 64u, 65u, 255u, 1000u, 4097u}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Permutation permutation(MakeKey(seed, "test"), size);
      std::vector<bool> seen(size);
      for (uint64_t x = 0; x < size; ++x) {
        uint64_t y = permutation(x);
        ASSERT_LT(y, size);
        ASSERT_FALSE(seen[y]) << size << " " << x;
        seen[y] = true;
      }
    }
  }
}

TEST(Random, PermutationsOfOneSizeDiffer) {
  std::set<std::vector<uint64_t>> all;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Permutation permutation(MakeKey(seed, "test"), 64);
    std::vector<uint64_t> order;
    for (uint64_t x = 0; x < 64; ++x) order.push_back(permutation(x));
    all.insert(order);
  }
  EXPECT_EQ(all.size(), 100u);
}

// Bits are even, and neighbours have nothing to do with each other, in rows as in keys.
TEST(Random, DrawsLookRandom) {
  uint64_t key = MakeKey(1, "students.age"), other = MakeKey(1, "students.gpa");
  int bits = 0, differing = 0, crossing = 0;
  constexpr int kRows = 10000;
  for (uint64_t row = 0; row < kRows; ++row) {
    bits += std::popcount(Draw(key, row));
    differing += std::popcount(Draw(key, row) ^ Draw(key, row + 1));
    crossing += std::popcount(Draw(key, row) ^ Draw(other, row));
  }
  for (int count : {bits, differing, crossing}) EXPECT_NEAR(count / double(kRows), 32, 0.2);
}

// The values were computed by another implementation of Squares, in Python.
TEST(Random, DrawsAreTheSameEverywhere) {
  EXPECT_EQ(Draw(0x548c9decbce65297, 1), 0x944716e00e60dfaau);
  EXPECT_EQ(Draw(0x548c9decbce65297, 1000003), 0x508dd5e6e93bea75u);
  EXPECT_EQ(Draw(0x9e3779b97f4a7c15, 0), 0x03d109992da51260u);
  EXPECT_EQ(MakeKey(1, "students.age"), 0x31007a9ed5cd2f83u);
}

}  // namespace roost::generate
