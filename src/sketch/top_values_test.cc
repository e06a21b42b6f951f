#include "sketch/top_values.h"

#include <gtest/gtest.h>

#include <map>

#include "sketch/value_hash.h"

namespace roost::sketch {
namespace {

/// Every third row is one of ten values that get rarer, the others never come again.
struct Rows {
  TopValues sketch;
  std::map<std::string, uint64_t> counts;

  void Add(int64_t value) {
    std::string text = std::to_string(value);
    sketch.Add(HashOfInteger(value), 1, [&] { return text; });
    ++counts[text];
  }
};

void AddSkewed(Rows& rows, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i) {
    int64_t often = static_cast<int64_t>(HashOfInteger(i) % 10);
    rows.Add(i % 3 == 0 ? often * often / 10 : 1000 + i);
  }
}

void ExpectPromise(const TopValues& sketch, const std::map<std::string, uint64_t>& counts,
                   uint64_t rows) {
  EXPECT_LE(sketch.error(), rows / TopValues::kCounters);
  std::map<std::string, uint64_t> found;
  for (const TopValues::Entry& entry : sketch.Top(200)) found[entry.text] = entry.count;
  for (const auto& [text, count] : counts) {
    if (count > rows / TopValues::kCounters) {
      EXPECT_TRUE(found.contains(text)) << text;
    }
    if (!found.contains(text)) continue;
    EXPECT_LE(found[text], count);
    EXPECT_GE(found[text] + sketch.error(), count);
  }
}

TEST(TopValues, IsExactOnFewValues) {
  Rows rows;
  for (int64_t i = 0; i < 100; ++i) {
    for (int64_t times = 0; times <= i; ++times) rows.Add(i);
  }
  EXPECT_EQ(rows.sketch.error(), 0u);
  std::vector<TopValues::Entry> top = rows.sketch.Top(2);
  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[0].text, "99");
  EXPECT_EQ(top[0].count, 100u);
  EXPECT_EQ(top[1].text, "98");
}

TEST(TopValues, KeepsItsPromise) {
  Rows rows;
  AddSkewed(rows, 0, 30000);
  ExpectPromise(rows.sketch, rows.counts, 30000);
}

TEST(TopValues, MergeKeepsThePromiseOverBoth) {
  Rows all;
  TopValues merged;
  for (int64_t part = 0; part < 10; ++part) {
    Rows rows;
    AddSkewed(rows, part * 3000, part * 3000 + 3000);
    AddSkewed(all, part * 3000, part * 3000 + 3000);
    merged.Merge(rows.sketch);
  }
  ExpectPromise(merged, all.counts, 30000);
}

TEST(TopValues, LoadsWhatItSaved) {
  Rows rows;
  AddSkewed(rows, 0, 1000);
  ByteWriter writer, again;
  rows.sketch.Save(writer);
  std::string bytes = writer.Take();
  ByteReader reader(bytes);
  TopValues::Load(reader, 1000).ValueOrDie().Save(again);
  EXPECT_EQ(again.Take(), bytes);
  ByteReader of_fewer(bytes);
  EXPECT_FALSE(TopValues::Load(of_fewer, 10).ok());
}

}  // namespace
}  // namespace roost::sketch
