#include "sketch/distinct_values.h"

#include <gtest/gtest.h>

#include "sketch/value_hash.h"

namespace roost::sketch {
namespace {

DistinctValues Of(int64_t from, int64_t to) {
  DistinctValues values;
  for (int64_t i = from; i < to; ++i) values.Add(HashOfInteger(i));
  return values;
}

std::string Saved(const DistinctValues& values) {
  ByteWriter writer;
  values.Save(writer);
  return writer.Take();
}

TEST(DistinctValues, IsExactUpToItsLimit) {
  DistinctValues values = Of(0, 65536);
  values.Merge(Of(0, 65536));
  EXPECT_TRUE(values.exact());
  EXPECT_EQ(values.Estimate(), 65536);
  values.Add(HashOfInteger(-1));
  EXPECT_FALSE(values.exact());
  EXPECT_NEAR(values.Estimate() / 65537, 1, 0.03);
  EXPECT_EQ(values.Hashes().size(), DistinctValues::kSampleSize);
}

TEST(DistinctValues, MergeIsOnePassOverBoth) {
  struct {
    int64_t end_of_first, begin_of_second, end;
  } cases[] = {{100, 50, 200}, {40000, 30000, 90000}, {100000, 99900, 100100}, {10, 0, 90000}};
  for (auto [end_of_first, begin_of_second, end] : cases) {
    DistinctValues merged = Of(0, end_of_first);
    merged.Merge(Of(begin_of_second, end));
    EXPECT_EQ(Saved(merged), Saved(Of(0, end))) << end;
  }
}

TEST(DistinctValues, SamplesTellWhichPartIsContained) {
  DistinctValues parent = Of(0, 200000);
  auto share = [&](const DistinctValues& child) {
    return parent.ShareOf(child.Hashes(), child.exact(), 16);
  };
  EXPECT_EQ(share(Of(1000, 151000)), 1.0);
  EXPECT_NEAR(share(Of(100000, 300000)).value(), 0.5, 0.1);
  EXPECT_EQ(share(Of(200000, 280000)).value(), 0.0);
  EXPECT_EQ(share(Of(0, 3)), std::nullopt);  // too few to know by a sample
  EXPECT_EQ(Of(0, 10).ShareOf(Of(0, 3).Hashes(), true, 16), 1.0);
}

TEST(DistinctValues, LoadsWhatItSaved) {
  for (int64_t end : {0, 10, 70000}) {
    std::string bytes = Saved(Of(0, end));
    ByteReader reader(bytes);
    EXPECT_EQ(Saved(DistinctValues::Load(reader).ValueOrDie()), bytes);
    EXPECT_TRUE(reader.AtEnd());
  }
}

}  // namespace
}  // namespace roost::sketch
