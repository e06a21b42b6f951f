#include "generate/sampler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "generate/quantiles.h"

namespace roost::generate {
namespace {

using Kind = world::Distribution::Kind;

world::Distribution Bounded(Kind kind, double first, double second, double low, double high) {
  world::Distribution distribution;
  distribution.kind = kind;
  distribution.first = first;
  distribution.second = second;
  distribution.low = low;
  distribution.high = high;
  return distribution;
}

world::Distribution Weights(std::vector<std::pair<double, double>> weights) {
  world::Distribution distribution;
  distribution.kind = Kind::kWeights;
  distribution.low = weights.front().first;
  distribution.high = weights.back().first;
  distribution.weights = std::move(weights);
  return distribution;
}

std::vector<Sampler> Samplers() {
  return {Sampler(Bounded(Kind::kBetween, 0, 0, 1, 5), 0),
          Sampler(Bounded(Kind::kNormal, 28, 4, 20, 36), 0),
          Sampler(Bounded(Kind::kNormal, 3, 0.6, 0, 4), 2),
          Sampler(Bounded(Kind::kLognormal, 40, 0.8, 1, 3600), 3),
          Sampler(Bounded(Kind::kExponential, 12, 0, 1, 60), 0),
          Sampler(Bounded(Kind::kPower, 3, 0, -5, 5), 1),
          Sampler(Weights({{0, 4}, {1, 4}, {2, 2}, {7, 1}}), 0)};
}

}  // namespace

TEST(Sampler, MoreBitsNeverGiveLess) {
  for (const Sampler& sampler : Samplers()) {
    int64_t last = sampler.At(0);
    EXPECT_GE(last, sampler.low());
    for (uint64_t i = 1; i < 100'000; ++i) {
      int64_t value = sampler.At(i * (UINT64_MAX / 100'000));
      ASSERT_GE(value, last);
      last = value;
    }
    EXPECT_LE(sampler.At(UINT64_MAX), sampler.high());
  }
}

TEST(Sampler, DealtSumsStayBetweenTheirBounds) {
  for (const Sampler& sampler : Samplers()) {
    for (uint64_t n : {1u, 2u, 4u, 20u, 50u}) {
      int64_t lower = sampler.LowerSum(n), upper = sampler.UpperSum(n);
      EXPECT_LE(upper - lower, sampler.high() - sampler.low());
      for (uint64_t seed = 0; seed < 200; ++seed) {
        int64_t sum = 0;
        for (uint64_t i = 0; i < n; ++i)
          sum += sampler.Dealt(i, n, Draw(MakeKey(77, "test"), seed));
        ASSERT_GE(sum, lower);
        ASSERT_LE(sum, upper);
      }
    }
  }
}

TEST(Sampler, MeansAreThoseOfTheDistributions) {
  EXPECT_NEAR(Sampler(Bounded(Kind::kNormal, 28, 4, 0, 100), 0).Mean(), 28, 0.1);
  EXPECT_NEAR(Sampler(Bounded(Kind::kExponential, 12, 0, 0, 1000), 0).Mean(), 12, 0.1);
  EXPECT_NEAR(Sampler(Bounded(Kind::kLognormal, 40, 0.5, 0, 10000), 0).Mean(), 40 * std::exp(0.125),
              0.3);
  EXPECT_NEAR(Sampler(Weights({{1, 1}, {4, 2}}), 0).Mean(), 3, 0.01);
}

TEST(Sampler, LibraryFunctionsAgreeWithOurs) {
  for (double x : {1e-300, 0.1, 0.5, 1.0, 1.5, 10.0, 1e300})
    EXPECT_NEAR(Logarithm(x), std::log(x), 1e-13 * std::fabs(std::log(x)));
  for (double x : {-600.0, -1.0, -1e-9, 0.0, 0.3, 1.0, 600.0})
    EXPECT_NEAR(Exponential(x) / std::exp(x), 1, 1e-13);
  for (double p : {1e-10, 0.001, 0.05, 0.3, 0.5, 0.8, 0.999}) {
    EXPECT_NEAR(0.5 * std::erfc(-NormalQuantile(p) / std::sqrt(2.0)), p, 1e-14);
  }
}

TEST(Sampler, WeightedIndexKeepsItsWeights) {
  WeightedIndex index(4, {5, 0, 2, 3});
  int counts[4] = {};
  for (uint64_t row = 0; row < 100'000; ++row) ++counts[index.At(Draw(MakeKey(99, "test"), row))];
  EXPECT_NEAR(counts[0], 50'000, 1000);
  EXPECT_LE(counts[1], 2);
  EXPECT_NEAR(counts[2], 20'000, 1000);
  EXPECT_NEAR(counts[3], 30'000, 1000);
}

TEST(Sampler, SkewGivesFewMost) {
  Skew skew(3);
  int counts[100] = {};
  for (uint64_t row = 0; row < 100'000; ++row)
    ++counts[skew.Index(Draw(MakeKey(5, "test"), row), 100)];
  // A tenth of the rows gets the cube root of a tenth of all.
  int tenth = 0;
  for (int i = 0; i < 10; ++i) tenth += counts[i];
  EXPECT_NEAR(tenth, 46'416, 1500);
}

}  // namespace roost::generate
