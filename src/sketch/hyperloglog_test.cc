#include "sketch/hyperloglog.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sketch/value_hash.h"

namespace roost::sketch {
namespace {

HyperLogLog Of(int64_t from, int64_t to) {
  HyperLogLog sketch;
  for (int64_t i = from; i < to; ++i) sketch.Add(HashOfInteger(i));
  return sketch;
}

TEST(HyperLogLog, EstimatesWithinFourStandardErrors) {
  EXPECT_EQ(HyperLogLog().Estimate(), 0);
  for (int64_t count : {1, 10, 1000, 10000, 40000, 100000, 1000000}) {
    double estimate = Of(0, count).Estimate();
    EXPECT_NEAR(estimate / static_cast<double>(count), 1, 4 * HyperLogLog::kStandardError) << count;
  }
}

TEST(HyperLogLog, MergeIsOnePassOverBoth) {
  HyperLogLog merged = Of(0, 60000);
  merged.Merge(Of(30000, 90000));
  EXPECT_EQ(merged, Of(0, 90000));
}

TEST(HyperLogLog, LoadsWhatItSaved) {
  HyperLogLog sketch = Of(0, 5000);
  ByteWriter writer;
  sketch.Save(writer);
  std::string bytes = writer.Take();
  ByteReader reader(bytes);
  EXPECT_EQ(HyperLogLog::Load(reader).ValueOrDie(), sketch);
  bytes.pop_back();
  ByteReader torn(bytes);
  EXPECT_FALSE(HyperLogLog::Load(torn).ok());
}

TEST(ValueHash, IntegersComeBack) {
  for (int64_t value : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{42}, INT64_MAX, INT64_MIN,
                        int64_t{1} << 40, int64_t{-123456789}}) {
    EXPECT_EQ(IntegerOfHash(HashOfInteger(value)), value);
  }
}

TEST(ValueHash, OrderOfATupleCounts) {
  uint64_t one = HashOfInteger(1), two = HashOfInteger(2);
  EXPECT_NE(HashOfTuple(HashOfTuple(0, one), two), HashOfTuple(HashOfTuple(0, two), one));
}

}  // namespace
}  // namespace roost::sketch
