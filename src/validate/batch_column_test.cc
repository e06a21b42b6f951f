#include "validate/batch_column.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace roost::validate {
namespace {

using shred::FinalType;

BatchColumn Make(const std::shared_ptr<arrow::Array>& array, FinalType type) {
  auto column = BatchColumn::Make(array, type, array->length());
  EXPECT_TRUE(column.ok()) << column.status().message();
  return std::move(column).ValueUnsafe();
}

/// `nothing` stands for null.
template <typename Builder, typename Value>
std::shared_ptr<arrow::Array> ArrayOf(const std::vector<Value>& values, const Value& nothing) {
  Builder builder;
  for (const Value& value : values) {
    EXPECT_TRUE((value == nothing ? builder.AppendNull() : builder.Append(value)).ok());
  }
  return builder.Finish().ValueOrDie();
}

constexpr int64_t kNothing = -777;

std::vector<int64_t> SmallIntegers(size_t rows, int64_t least, int64_t kinds) {
  std::mt19937 random(5);
  std::vector<int64_t> values;
  for (size_t i = 0; i < rows; ++i) {
    values.push_back(random() % 9 == 0 ? kNothing : least + static_cast<int64_t>(random()) % kinds);
  }
  return values;
}

TEST(BatchColumn, CountsIntegersThatLieCloseTogether) {
  for (int64_t least : {std::numeric_limits<int64_t>::min(), int64_t{-3}, int64_t{1} << 62}) {
    std::vector<int64_t> values = SmallIntegers(1000, least, 7);
    std::map<int64_t, uint64_t> expected;
    for (int64_t value : values) {
      if (value != kNothing) ++expected[value];
    }
    BatchColumn column = Make(ArrayOf<arrow::Int64Builder>(values, kNothing), FinalType::kInt64);
    ASSERT_TRUE(column.Few());
    std::map<int64_t, uint64_t> counted;
    for (const auto& value : *column.Few()) counted[value.integer] = value.times;
    EXPECT_EQ(counted, expected);
  }
}

TEST(BatchColumn, DoesNotCountIntegersFarApart) {
  std::vector<int64_t> values = {std::numeric_limits<int64_t>::min(),
                                 std::numeric_limits<int64_t>::max(), 0, 0};
  EXPECT_FALSE(Make(ArrayOf<arrow::Int64Builder>(values, kNothing), FinalType::kInt64).Few());
  EXPECT_FALSE(Make(ArrayOf<arrow::Int64Builder>(std::vector<int64_t>(9, kNothing), kNothing),
                    FinalType::kInt64)
                   .Few());
}

TEST(BatchColumn, TextsAsCodesAreTheSameTexts) {
  const std::string nothing = "nothing";
  std::vector<std::string> texts = {"", "b", nothing, "a longer text than others", "b", nothing};
  auto plain = ArrayOf<arrow::StringBuilder>(texts, nothing);
  auto coded = ArrayOf<arrow::StringDictionary32Builder>(texts, nothing);
  ASSERT_EQ(coded->type_id(), arrow::Type::DICTIONARY);
  for (int64_t from : {0, 1, 3}) {  // arrays may be slices of others
    BatchColumn one = Make(plain->Slice(from), FinalType::kText);
    BatchColumn other = Make(coded->Slice(from), FinalType::kText);
    EXPECT_FALSE(one.Few());
    ASSERT_TRUE(other.Few());
    std::map<std::string_view, uint64_t> expected, counted;
    one.ForEachRow([&](int64_t row) {
      EXPECT_EQ(other.Text(row), one.Text(row));
      ++expected[one.Text(row)];
    });
    for (const auto& word : *other.Few()) counted[word.text] = word.times;
    EXPECT_EQ(counted, expected);
    EXPECT_EQ(other.nulls(), one.nulls());
  }
}

TEST(BatchColumn, FindsTheRangeWithAndWithoutNulls) {
  const double nothing = -777;
  std::vector<double> values = {3, -1e300, 5, 2, 1e18, 7, 0.5};
  BatchColumn whole = Make(ArrayOf<arrow::DoubleBuilder>(values, nothing), FinalType::kDouble);
  EXPECT_EQ(whole.range().least, -1e300);
  EXPECT_EQ(whole.range().largest, 1e18);
  values[1] = values[4] = nothing;
  BatchColumn some = Make(ArrayOf<arrow::DoubleBuilder>(values, nothing), FinalType::kDouble);
  EXPECT_EQ(some.range().least, 0.5);
  EXPECT_EQ(some.range().largest, 7);
  for (size_t i = 0; i < values.size(); ++i) {
    std::vector<double> odd = {3, -1, 5, 2, 8, 7, 0.5};
    odd[i] = std::nan("");
    BatchColumn column = Make(ArrayOf<arrow::DoubleBuilder>(odd, nothing), FinalType::kDouble);
    EXPECT_TRUE(std::isnan(column.range().largest)) << i;
    EXPECT_EQ(column.range().least, i == 1 ? 0.5 : -1) << i;
  }
}

}  // namespace
}  // namespace roost::validate
