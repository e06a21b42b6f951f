#include "sketch/column_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace roost::sketch {
namespace {

std::vector<std::string> MixedTexts(int count) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) {
    auto dice = static_cast<int>(HashOfInteger(i) % 100);
    texts.push_back(dice < 50   ? std::to_string(dice)
                    : dice < 60 ? ""
                    : dice < 70 ? "2024-01-" + std::to_string(10 + dice % 10)
                                : "item " + std::to_string(dice * i % 700));
  }
  return texts;
}

ColumnSketch Of(const std::vector<std::string>& texts) {
  ColumnSketch sketch;
  for (const std::string& text : texts) sketch.Add(ValueOfText(text));
  return sketch;
}

TEST(ColumnSketch, AgreesWithExactCounts) {
  std::vector<std::string> texts = MixedTexts(5000);
  ColumnSketch sketch = Of(texts);
  auto nulls = static_cast<uint64_t>(std::count(texts.begin(), texts.end(), ""));
  EXPECT_EQ(sketch.rows(), 5000u);
  EXPECT_EQ(sketch.nulls(), nulls);
  std::set<std::string> distinct(texts.begin(), texts.end());
  EXPECT_EQ(sketch.distinct().Estimate(), static_cast<double>(distinct.size() - 1));
  EXPECT_EQ(sketch.smallest_integer(), 0);
  EXPECT_EQ(sketch.largest_integer(), 49);
  EXPECT_EQ(sketch.smallest_text(), "2024-01-10");
  EXPECT_EQ(sketch.text_classes()[static_cast<size_t>(TextClass::kDate)],
            static_cast<uint64_t>(std::count_if(
                texts.begin(), texts.end(), [](auto& text) { return text.starts_with("2024"); })));
}

TEST(ColumnSketch, MergeIsOnePassOverBoth) {
  std::vector<std::string> texts = MixedTexts(900);
  ColumnSketch whole = Of(texts);
  for (size_t cut : {0, 1, 450, 900}) {
    auto middle = texts.begin() + static_cast<std::ptrdiff_t>(cut);
    ColumnSketch merged = Of({texts.begin(), middle});
    merged.Merge(Of({middle, texts.end()}));
    EXPECT_EQ(merged.rows(), whole.rows());
    EXPECT_EQ(merged.nulls(), whole.nulls());
    EXPECT_EQ(merged.texts(), whole.texts());
    EXPECT_EQ(merged.smallest_integer(), whole.smallest_integer());
    EXPECT_EQ(merged.largest_integer(), whole.largest_integer());
    EXPECT_EQ(merged.smallest_text(), whole.smallest_text());
    EXPECT_EQ(merged.largest_text(), whole.largest_text());
    EXPECT_EQ(merged.mean_length(), whole.mean_length());
    EXPECT_EQ(merged.text_classes(), whole.text_classes());
    EXPECT_EQ(merged.distinct().Hashes(), whole.distinct().Hashes());
  }
}

TEST(ColumnSketch, KnowsWhetherIntegersRise) {
  auto rising = [](std::vector<int64_t> numbers) {
    ColumnSketch sketch;
    for (int64_t number : numbers) sketch.Add(ValueOfInteger(number));
    return sketch;
  };
  EXPECT_TRUE(rising({1, 1, 5}).sorted());
  EXPECT_FALSE(rising({1, 5, 4}).sorted());
  ColumnSketch merged = rising({1, 2});
  merged.Merge(rising({2, 9}));
  EXPECT_TRUE(merged.sorted());
  EXPECT_EQ(merged.sorted_distinct(), 3u);
  merged.Merge(rising({10, 12}));
  EXPECT_EQ(merged.sorted_distinct(), 5u);
  merged.Merge(rising({3}));
  EXPECT_FALSE(merged.sorted());
}

TEST(ColumnSketch, LoadsWhatItSavedAndRefusesTheRest) {
  std::string bytes = Of(MixedTexts(3000)).Save();
  EXPECT_EQ(ColumnSketch::Load(bytes).ValueOrDie().Save(), bytes);
  for (size_t size = 0; size < bytes.size(); size += 97) {
    EXPECT_FALSE(ColumnSketch::Load(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  for (size_t integers : {9, 10, 15}) {  // more than there are numbers; than there can be
    std::string other = bytes;
    other[integers] = static_cast<char>(other[integers] ^ 1);
    EXPECT_FALSE(ColumnSketch::Load(other).ok()) << integers;
  }
  bytes[0] = 9;
  EXPECT_FALSE(ColumnSketch::Load(bytes).ok());
}

}  // namespace
}  // namespace roost::sketch
