#include "sketch/kll.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "sketch/value_hash.h"

namespace roost::sketch {
namespace {

std::vector<double> Skewed(size_t count, int64_t seed) {
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i) {
    double share =
        static_cast<double>(HashOfInteger(seed + static_cast<int64_t>(i)) >> 11) * 0x1p-53;
    values.push_back(share * share * share * 1e6);
  }
  return values;
}

Kll Of(const std::vector<double>& values) {
  Kll sketch;
  for (double value : values) sketch.Add(value);
  return sketch;
}

/// How far the rank of the answer is from what was asked for.
double WorstRankError(const Kll& sketch, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double worst = 0;
  for (double share = 0.01; share < 1; share += 0.01) {
    auto at = std::lower_bound(values.begin(), values.end(), sketch.Quantile(share));
    double rank = static_cast<double>(at - values.begin()) / static_cast<double>(values.size());
    worst = std::max(worst, std::abs(rank - share));
  }
  return worst;
}

TEST(Kll, IsExactOnFewNumbers) {
  Kll sketch = Of({5, 1, 4, 2, 3});
  EXPECT_EQ(sketch.Quantile(0), 1);
  EXPECT_EQ(sketch.Quantile(0.5), 3);
  EXPECT_EQ(sketch.Quantile(1), 5);
  EXPECT_EQ(Kll().Quantile(0.5), 0);
}

TEST(Kll, StaysWithinThePublishedBound) {
  std::vector<double> values = Skewed(1000000, 1);
  EXPECT_LT(WorstRankError(Of(values), values), Kll::kRankError);
  std::sort(values.begin(), values.end());
  EXPECT_LT(WorstRankError(Of(values), values), Kll::kRankError);
}

TEST(Kll, ManyAtOnceCountAsMany) {
  Kll sketch;
  for (int value = 0; value < 100; ++value) sketch.Add(value, static_cast<uint64_t>(value) * 1000);
  EXPECT_EQ(sketch.count(), 4950000u);
  EXPECT_NEAR(sketch.Quantile(0.5), 70, 3);
}

TEST(Kll, MergeIsAsGoodAsOnePass) {
  std::vector<double> all;
  Kll merged;
  for (int64_t part = 0; part < 50; ++part) {
    std::vector<double> values = Skewed(3000 + static_cast<size_t>(part) * 17, part * 100000);
    all.insert(all.end(), values.begin(), values.end());
    merged.Merge(Of(values));
  }
  EXPECT_EQ(merged.count(), all.size());
  EXPECT_LT(WorstRankError(merged, all), Kll::kRankError);
  EXPECT_EQ(merged.Quantile(0), *std::min_element(all.begin(), all.end()));
  EXPECT_EQ(merged.Quantile(1), *std::max_element(all.begin(), all.end()));
}

TEST(Kll, LoadsWhatItSaved) {
  Kll sketch = Of(Skewed(10000, 7));
  ByteWriter writer;
  sketch.Save(writer);
  std::string bytes = writer.Take();
  EXPECT_LT(bytes.size(), 10000u);
  ByteReader reader(bytes);
  EXPECT_EQ(Kll::Load(reader).ValueOrDie(), sketch);
}

TEST(Kll, WhatNoStreamMakesIsRefused) {
  struct Case {
    uint64_t count, levels;
    size_t numbers;  // on the first level
    double number;
  };
  auto is_loaded = [](const Case& made) {
    ByteWriter writer;
    writer.U64(made.count);
    writer.U64(0);
    writer.Double(1);
    writer.Double(9);
    writer.U64(made.levels);
    writer.U64(made.numbers);
    for (size_t i = 0; i < made.numbers; ++i) writer.Double(made.number);
    for (uint64_t level = 1; level < made.levels; ++level) writer.U64(0);
    const std::string bytes = writer.Take();
    ByteReader reader(bytes);
    return Kll::Load(reader).ok();
  };
  EXPECT_TRUE(is_loaded({100, 3, 100, 5}));
  EXPECT_FALSE(is_loaded({100, 3, 100, std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_FALSE(is_loaded({100, 3, 100, 0}));
  EXPECT_FALSE(is_loaded({1000, 3, 1000, 5}));
  EXPECT_FALSE(is_loaded({100, 40, 100, 5}));
}

}  // namespace
}  // namespace roost::sketch
