#include "validate/drift.h"

#include <gtest/gtest.h>

namespace roost::validate {
namespace {

ColumnShape Numbers(double from, double width) {
  ColumnShape shape;
  for (double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    shape.quantiles.emplace_back(share, from + share * width);
  }
  return shape;
}

TEST(Drift, OfTheSameIsNothing) {
  EXPECT_EQ(DriftBetween(Numbers(0, 10), Numbers(0, 10)), 0);
  ColumnShape texts{{}, {{"a", 0.7}, {"b", 0.3}}};
  EXPECT_NEAR(*DriftBetween(texts, texts), 0, 1e-12);
}

TEST(Drift, OfNumbersCountsInQuartileDistances) {
  // Every number moved by 5, which is what lies between the quartiles of 0 to 10.
  EXPECT_DOUBLE_EQ(*DriftBetween(Numbers(0, 10), Numbers(5, 10)), 1);
}

TEST(Drift, OfTextsIsOneWhereNothingIsShared) {
  ColumnShape one{{}, {{"a", 1}}}, other{{}, {{"b", 1}}};
  EXPECT_NEAR(*DriftBetween(one, other), 1, 1e-12);
}

TEST(Drift, OfNumbersAndTextsIsUnknown) {
  ColumnShape texts{{}, {{"a", 1}}};
  EXPECT_FALSE(DriftBetween(texts, Numbers(0, 1)));
}

}  // namespace
}  // namespace roost::validate
