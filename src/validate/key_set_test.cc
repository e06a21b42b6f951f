#include "validate/key_set.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

namespace roost::validate {
namespace {

KeySet SetOf(const std::vector<int64_t>& values, KeySet::Counting how = KeySet::Counting::kNo) {
  arrow::Int64Builder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  EXPECT_TRUE(builder.AppendNull().ok());
  auto column = BatchColumn::Make(builder.Finish().ValueOrDie(), shred::FinalType::kInt64,
                                  static_cast<int64_t>(values.size()) + 1);
  KeySet set(how);
  BatchColumn* columns[] = {&*column};
  set.Take(columns);
  set.Settle();
  return set;
}

std::vector<int64_t> Sorted(const std::vector<int64_t>& values) {
  std::set<int64_t> sorted(values.begin(), values.end());
  return {sorted.begin(), sorted.end()};
}

TEST(KeySet, HoldsEachKeyOnceInOrder) {
  std::mt19937_64 random(3);
  for (int64_t range : {int64_t{3}, int64_t{5000}, std::numeric_limits<int64_t>::max()}) {
    std::vector<int64_t> values = {0, -1, 7};
    for (int i = 0; i < 3000; ++i) values.push_back(static_cast<int64_t>(random()) % range);
    KeySet set = SetOf(values);
    EXPECT_EQ(set.keys(), Sorted(values));
    EXPECT_EQ(set.rows(), values.size());
  }
  auto ends = std::vector{std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()};
  EXPECT_EQ(SetOf(ends).keys(), Sorted(ends));
}

TEST(KeySet, HoldsCloseKeysAndAFewFarOnes) {
  std::mt19937_64 random(4);
  for (int64_t least : {std::numeric_limits<int64_t>::min(), int64_t{-500}, int64_t{1} << 61}) {
    for (size_t far : {0, 1, 40, 2000}) {
      std::vector<int64_t> values;
      for (int i = 0; i < 4000; ++i) {
        values.push_back(least + static_cast<int64_t>(random() % 3000));
      }
      for (size_t i = 0; i < far; ++i) {
        values[random() % values.size()] =
            i % 2 ? std::numeric_limits<int64_t>::max() : least + (int64_t{1} << 40);
      }
      EXPECT_EQ(SetOf(values).keys(), Sorted(values)) << least << " " << far;
      KeySet counted = SetOf(values, KeySet::Counting::kYes);
      EXPECT_EQ(counted.keys(), Sorted(values));
    }
  }
}

TEST(KeySet, MergesToTheSetOfBoth) {
  KeySet set = SetOf({5, 1, 9});
  set.Merge(SetOf({2, 9, 10}));
  EXPECT_EQ(set.keys(), (std::vector<int64_t>{1, 2, 5, 9, 10}));
  EXPECT_EQ(set.rows(), 6u);
  EXPECT_EQ(set.Without(SetOf({1, 10, 11})), (std::vector<int64_t>{2, 5, 9}));
}

TEST(KeySet, ComesBackAsItWasSaved) {
  auto ends = std::vector{std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0},
                          std::numeric_limits<int64_t>::max()};
  for (const std::vector<int64_t>& values :
       {ends, std::vector<int64_t>{}, std::vector<int64_t>{-2, -1, 0, 1, 5, 6, 9}}) {
    sketch::ByteWriter to;
    SetOf(values).Save(to);
    std::string bytes = to.Take();
    sketch::ByteReader from(bytes);
    auto set = KeySet::Load(from);
    ASSERT_TRUE(set.ok()) << set.status().message();
    EXPECT_EQ(set->keys(), values);
    EXPECT_EQ(set->rows(), values.size());
    EXPECT_TRUE(from.AtEnd());
  }
}

TEST(KeySet, CountsHowOftenAKeyComes) {
  constexpr auto kYes = KeySet::Counting::kYes;
  std::mt19937_64 random(7);
  std::map<int64_t, uint32_t> counts;
  KeySet set(kYes);
  for (int part = 0; part < 4; ++part) {
    std::vector<int64_t> values;
    for (int i = 0; i < 500; ++i) values.push_back(static_cast<int64_t>(random() % 300) * part);
    for (int64_t value : values) ++counts[value];
    set.Merge(SetOf(values, kYes));
    sketch::ByteWriter to;
    set.Save(to);
    std::string bytes = to.Take();
    sketch::ByteReader from(bytes);
    auto again = KeySet::Load(from);
    ASSERT_TRUE(again.ok()) << again.status().message();
    EXPECT_TRUE(from.AtEnd());
    set = *std::move(again);
  }
  ASSERT_EQ(set.counts().size(), set.keys().size());
  for (size_t i = 0; i < set.keys().size(); ++i) {
    EXPECT_EQ(set.counts()[i], counts[set.keys()[i]]) << set.keys()[i];
  }
  EXPECT_EQ(set.keys().size(), counts.size());
}

TEST(KeySet, RangesThatWereKeptMergeToTheSetOfBoth) {
  auto kept = [](const std::vector<int64_t>& values) {
    sketch::ByteWriter to;
    SetOf(values).Save(to);
    std::string bytes = to.Take();
    sketch::ByteReader from(bytes);
    return *KeySet::Load(from);
  };
  using Values = std::vector<int64_t>;
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  std::vector<Values> parts = {{1, 2, 3, 4},
                               {5, 6, 7},
                               {4, 5, 6},
                               {9},
                               {-1, 0},
                               {20, 22},
                               {kLeast, kLeast + 1},
                               {kLargest - 1, kLargest},
                               {}};
  for (const Values& one : parts) {
    for (const Values& two : parts) {
      for (bool is_read : {false, true}) {  // the second one has just been read
        KeySet set;
        set.Merge(kept(one));
        set.Merge(is_read ? SetOf(two) : kept(two));
        Values both = one;
        both.insert(both.end(), two.begin(), two.end());
        for (int64_t key : {int64_t{-1}, int64_t{0}, int64_t{3}, int64_t{8}, kLeast, kLargest}) {
          EXPECT_EQ(set.Has(key), std::ranges::count(both, key) > 0) << key;
        }
        EXPECT_EQ(set.rows(), both.size());
        EXPECT_EQ(set.is_unique(), Sorted(both).size() == both.size());
        EXPECT_EQ(SetOf({0, 3, 21}).Without(set), Sorted(SetOf({0, 3, 21}).Without(SetOf(both))));
        EXPECT_EQ(set.keys(), Sorted(both));
      }
    }
  }
}

TEST(KeySet, TuplesAreTheSameInBatchesAndAsText) {
  arrow::Int64Builder numbers;
  arrow::StringBuilder texts;
  EXPECT_TRUE(numbers.AppendValues({1, 12, 1}).ok() && numbers.AppendNull().ok());
  EXPECT_TRUE(texts.AppendValues({"23", "3", ""}).ok() && texts.Append("4").ok());
  auto number = BatchColumn::Make(numbers.Finish().ValueOrDie(), shred::FinalType::kInt64, 4);
  auto text = BatchColumn::Make(texts.Finish().ValueOrDie(), shred::FinalType::kText, 4);
  shred::FinalColumn number_column, text_column;
  number_column.type = shred::FinalType::kInt64;
  text_column.type = shred::FinalType::kText;
  KeySet both, one;
  BatchColumn* columns[] = {&*number, &*text};
  both.Take(columns);
  both.Settle();
  one.Take(std::span(columns).last(1));
  one.Settle();
  EXPECT_EQ(both.rows(), 3u);
  EXPECT_EQ(both.keys().size(), 3u);
  EXPECT_EQ(one.rows(), 4u);
  EXPECT_TRUE(both.Has(KeyOf({&number_column, &text_column}, {"1", "23"})));
  EXPECT_TRUE(both.Has(KeyOf({&number_column, &text_column}, {"1", ""})));
  EXPECT_FALSE(both.Has(KeyOf({&number_column, &text_column}, {"123", ""})));
  EXPECT_FALSE(both.Has(KeyOf({&text_column, &number_column}, {"23", "1"})));
  EXPECT_TRUE(one.Has(KeyOf({&text_column}, {"4"})));
}

TEST(KeySet, KeysThatDoNotRiseAreRefused) {
  sketch::ByteWriter to;
  to.U64(3);
  to.U8(0);
  to.U64(3);
  to.U64(static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) - 1);
  to.Varint(0);
  to.Varint(2);
  std::string bytes = to.Take();
  sketch::ByteReader from(bytes);
  EXPECT_FALSE(KeySet::Load(from).ok());
}

}  // namespace
}  // namespace roost::validate
