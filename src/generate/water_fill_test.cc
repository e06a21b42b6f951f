#include "generate/water_fill.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "generate/random.h"

namespace roost::generate {
namespace {

// The obvious way: students in any order take the classes with most seats left.
bool CanServeByTrying(std::vector<uint32_t> wishes, std::vector<uint32_t> seats) {
  for (uint32_t wish : wishes) {
    std::sort(seats.begin(), seats.end(), std::greater<>());
    if (wish > seats.size() || (wish > 0 && seats[wish - 1] == 0)) return false;
    for (uint32_t i = 0; i < wish; ++i) --seats[i];
  }
  return true;
}

}  // namespace

TEST(WaterFill, FillsUpToTheLimits) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    std::vector<uint64_t> weights;
    std::vector<uint32_t> limits, parts;
    uint64_t room = 0;
    for (uint64_t i = 0; i < 1 + seed % 7; ++i) {
      weights.push_back(1 + Draw(MakeKey(3, "test"), seed * 10 + i) % (1 << 20));
      limits.push_back(static_cast<uint32_t>(Draw(MakeKey(5, "test"), seed * 10 + i) % 30));
      room += limits.back();
    }
    uint64_t total = Draw(MakeKey(7, "test"), seed) % 100;
    WaterFill(total, weights, limits, &parts);
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), uint64_t{0}), std::min(total, room));
    for (size_t i = 0; i < limits.size(); ++i) EXPECT_LE(parts[i], limits[i]);
  }
}

TEST(WaterFill, IsInProportionWhereNothingLimits) {
  std::vector<uint32_t> parts;
  WaterFill(100, std::vector<uint64_t>{1, 2, 7}, std::vector<uint32_t>{99, 99, 99}, &parts);
  EXPECT_EQ(parts, (std::vector<uint32_t>{10, 20, 70}));
}

TEST(WaterFill, GaleAndRyserAgreeWithTrying) {
  int served = 0;
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    std::vector<uint32_t> wishes, seats;
    uint32_t demand = 0;
    for (uint64_t i = 0; i < 6; ++i) {
      wishes.push_back(static_cast<uint32_t>(Draw(MakeKey(11, "test"), seed * 10 + i) % 5));
      demand += wishes.back();
    }
    for (uint64_t i = 0; i < 3; ++i) {
      seats.push_back(
          std::min(demand, static_cast<uint32_t>(Draw(MakeKey(13, "test"), seed * 10 + i) % 7)));
      demand -= seats.back();
    }
    seats.push_back(demand);
    bool can = CanServe(wishes, seats);
    EXPECT_EQ(can, CanServeByTrying(wishes, seats)) << seed;
    served += can;
  }
  EXPECT_GT(served, 500);
  EXPECT_LT(served, 4500);
}

}  // namespace roost::generate
