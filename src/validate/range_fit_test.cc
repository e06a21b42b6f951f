#include "validate/range_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace roost::validate {
namespace {

/// The upper end of these numbers, as a column's statistics give it.
RangeEnd EndOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  auto at = [&](double share) { return values[static_cast<size_t>(share * (values.size() - 1))]; };
  RangeEnd end;
  end.median = at(0.5);
  end.quantile = at(0.95);
  end.inner = at(0.05);
  end.rows = static_cast<double>(values.size());
  end.all_positive = true;
  std::map<double, double> tail;
  for (double value : values) {
    if (value >= end.quantile) ++tail[value];
  }
  end.tail.assign(tail.begin(), tail.end());
  return end;
}

std::vector<double> Lognormal(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> draw(3.7, 0.8);
  std::vector<double> values(count);
  for (double& value : values) value = draw(random);
  return values;
}

TEST(RangeFit, LongTailsAreNoOutliers) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    FittedEnd end = FitUpperEnd(EndOf(Lognormal(1000, seed)), false);
    EXPECT_EQ(end.outside, 0) << "seed " << seed;
  }
}

TEST(RangeFit, ValuesInAnotherUnitAreOutside) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    auto values = Lognormal(1000, seed);
    for (size_t i = 0; i < 10; ++i) values[i] *= 1000;
    double wrong = static_cast<double>(std::count_if(values.begin(), values.begin() + 10,
                                                     [](double value) { return value > 3600; }));
    FittedEnd end = FitUpperEnd(EndOf(values), false);
    EXPECT_GE(end.outside, wrong - 1) << "seed " << seed;
  }
}

TEST(RangeFit, AFrequentValueFarAwayBelongs) {
  std::vector<double> codes(1000, 0);
  for (size_t i = 0; i < 40; ++i) codes[i] = 1;
  for (size_t i = 40; i < 50; ++i) codes[i] = 137;
  EXPECT_EQ(FitUpperEnd(EndOf(codes), true).outside, 0);
  codes[60] = 5004;
  FittedEnd end = FitUpperEnd(EndOf(codes), true);
  EXPECT_EQ(end.outside, 1);
  EXPECT_EQ(end.end, 137);
}

TEST(RangeFit, RoundsOutwards) {
  EXPECT_DOUBLE_EQ(RoundedUp(1234.5), 1240);
  EXPECT_DOUBLE_EQ(RoundedUp(-1234.5), -1230);
  EXPECT_DOUBLE_EQ(RoundedUp(0), 0);
}

}  // namespace
}  // namespace roost::validate
