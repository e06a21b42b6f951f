#include "validate/seats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace roost::validate {
namespace {

TEST(ExactShare, RoundsDownAsItsDecimalDigitsSay) {
  auto share = ExactShare::Of(0.7);
  ASSERT_TRUE(share);
  EXPECT_LT(90 * 0.7, 63) << "as binary numbers";
  EXPECT_EQ(share->FloorOf(90), 63);
  EXPECT_EQ(share->FloorOf(89), 62);
  EXPECT_EQ(share->FloorOf(0), 0);
  EXPECT_EQ(share->FloorOf(-1), -1);
  EXPECT_EQ(share->FloorOf(-10), -7);
  EXPECT_EQ(ExactShare::Of(1)->FloorOf(36), 36);
  EXPECT_EQ(ExactShare::Of(1.25)->FloorOf(3), 3);
  EXPECT_EQ(ExactShare::Of(0.333)->FloorOf(1000), 333);
}

TEST(ExactShare, HoldsForTheLargestLimits) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(ExactShare::Of(1)->FloorOf(kMost), kMost);
  EXPECT_EQ(ExactShare::Of(0.5)->FloorOf(kMost), kMost / 2);
  EXPECT_EQ(ExactShare::Of(12)->FloorOf(kMost), kMost);
}

TEST(ExactShare, IsNoneOfWhatHasNoShortDigits) {
  EXPECT_FALSE(ExactShare::Of(0.12345678901234567));
  EXPECT_FALSE(ExactShare::Of(1e-9));
  EXPECT_FALSE(ExactShare::Of(-0.5));
  EXPECT_FALSE(ExactShare::Of(NAN));
}

}  // namespace
}  // namespace roost::validate
