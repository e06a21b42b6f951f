#include "store/chunk_sketch.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "sketch/column_sketch.h"

namespace roost::store {
namespace {

using sketch::ColumnSketch;

ChunkFacts FactsOf(Physical physical, uint64_t values, uint64_t nulls) {
  ChunkFacts facts;
  facts.physical = physical;
  facts.levels = values + nulls;
  facts.nulls = nulls;
  return facts;
}

ColumnSketch Loaded(const std::string& saved) {
  auto sketch = ColumnSketch::Load(saved);
  EXPECT_TRUE(sketch.ok()) << sketch.status().ToString();
  return sketch.ok() ? std::move(sketch).ValueUnsafe() : ColumnSketch();
}

/// All that does not depend on the order in which values come.
void ExpectSame(const ColumnSketch& made, const ColumnSketch& expected) {
  EXPECT_EQ(made.rows(), expected.rows());
  EXPECT_EQ(made.nulls(), expected.nulls());
  EXPECT_EQ(made.integers(), expected.integers());
  EXPECT_EQ(made.fractions(), expected.fractions());
  EXPECT_EQ(made.texts(), expected.texts());
  EXPECT_EQ(made.sorted(), expected.sorted());
  EXPECT_EQ(made.mean_length(), expected.mean_length());
  EXPECT_EQ(made.distinct().Hashes(), expected.distinct().Hashes());
  EXPECT_EQ(made.smallest_number(), expected.smallest_number());
  EXPECT_EQ(made.largest_number(), expected.largest_number());
  EXPECT_EQ(made.numbers().count(), expected.numbers().count());
}

TEST(ChunkSketch, NearIntegersAreCountedAsOneByOne) {
  for (bool sorted : {false, true}) {
    ChunkSketch chunk;
    ColumnSketch expected;
    expected.Add(sketch::Value{}, 7);
    uint64_t count = 0;
    for (int page = 0; page < 5; ++page) {
      std::vector<int64_t> values;
      for (int i = 0; i < 1000; ++i)
        values.push_back(sorted ? page * 1000 + i / 3
                                : -20000 + (page * 7919 + i * 104729) % 40000);
      chunk.AddNear(values.data(), static_cast<uint32_t>(values.size()));
      for (int64_t value : values) expected.Add(sketch::ValueOfInteger(value));
      count += values.size();
    }
    ExpectSame(Loaded(chunk.Finish(FactsOf(Physical::kInt64, count, 7), {}, nullptr)), expected);
  }
}

TEST(ChunkSketch, DoublesOfADictionaryAreCountedAsOneByOne) {
  Buffer<uint64_t> entries;
  for (double entry : {0.5, 3.0, -0.0, 1e300}) entries.Push(std::bit_cast<uint64_t>(entry));
  const std::vector<uint32_t> codes = {0, 1, 1, 2, 3, 0, 2, 2};
  ColumnSketch expected;
  std::vector<uint64_t> words;
  for (uint32_t code : codes) {
    words.push_back(entries[code]);
    expected.Add(sketch::ValueOfDouble(std::bit_cast<double>(entries[code])));
  }
  ChunkSketch chunk;
  chunk.AddCodes(codes.data(), 8, entries.size());
  chunk.AddOrder(words.data(), 8, true);
  ExpectSame(Loaded(chunk.Finish(FactsOf(Physical::kDouble, 8, 0), entries, nullptr)), expected);
}

TEST(ChunkSketch, BoolsAndDaysAreIntegers) {
  const std::vector<uint8_t> bools = {0, 0, 1, 1, 1};
  const std::vector<int32_t> days = {19000, 19000, 18000, -5};
  ChunkSketch of_bools, of_days;
  of_bools.AddBools(bools.data(), 5);
  of_days.AddNear(days.data(), 4);
  ColumnSketch expected_bools, expected_days;
  for (uint8_t each : bools) expected_bools.Add(sketch::ValueOfInteger(each));
  for (int32_t each : days) expected_days.Add(sketch::ValueOfInteger(each));
  ExpectSame(Loaded(of_bools.Finish(FactsOf(Physical::kBool, 5, 0), {}, nullptr)), expected_bools);
  ExpectSame(Loaded(of_days.Finish(FactsOf(Physical::kInt32, 4, 0), {}, nullptr)), expected_days);
}

TEST(ChunkSketch, WindowsReachTheLargestInteger) {
  const int64_t largest[] = {INT64_MAX - 1, INT64_MAX}, least[] = {INT64_MIN, INT64_MIN + 1};
  for (const int64_t* pair : {largest, least}) {
    ChunkSketch chunk;
    ColumnSketch expected;
    for (int again = 0; again < 2; ++again) {
      chunk.AddNear(pair, 2);
      for (int i = 0; i < 2; ++i) expected.Add(sketch::ValueOfInteger(pair[i]));
    }
    ExpectSame(Loaded(chunk.Finish(FactsOf(Physical::kInt64, 4, 0), {}, nullptr)), expected);
  }
}

TEST(ChunkSketch, WhatIsNotSeenWholeHasNone) {
  const int64_t far[] = {INT64_MIN, INT64_MAX}, near[] = {1, 2};
  const uint32_t codes[] = {0, 1};
  ChunkSketch wide, mixed, missing;
  wide.AddNear(far, 2);
  EXPECT_EQ(wide.Finish(FactsOf(Physical::kInt64, 2, 0), {}, nullptr), "");
  mixed.AddNear(near, 2);
  mixed.AddCodes(codes, 2, 2);
  EXPECT_EQ(mixed.Finish(FactsOf(Physical::kInt64, 4, 0), {}, nullptr), "");
  missing.AddNear(near, 2);
  EXPECT_EQ(missing.Finish(FactsOf(Physical::kInt64, 3, 0), {}, nullptr), "");
  missing.Reset();
  missing.AddNear(near, 2);
  EXPECT_NE(missing.Finish(FactsOf(Physical::kInt64, 2, 0), {}, nullptr), "");
}

}  // namespace
}  // namespace roost::store
