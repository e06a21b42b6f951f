#include "store/value_range.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "store/column_values.h"

namespace roost::store {
namespace {

template <class Value>
Value As(const std::string& bytes) {
  Value value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

Range TextsRange(const std::vector<std::string>& texts) {
  shred::Column column;
  for (const std::string& text : texts) AddText(column, text);
  return RangeOfText(column.text.data(), texts.size());
}

TEST(ValueRange, OfNothingIsEmpty) {
  EXPECT_EQ(RangeOf(static_cast<const int64_t*>(nullptr), 0).state, Range::State::kEmpty);
  EXPECT_EQ(TextsRange({}).state, Range::State::kEmpty);
}

TEST(ValueRange, OfIntegersOfAnyCount) {
  std::mt19937_64 random(1);
  for (size_t count = 1; count < 50; ++count) {
    std::vector<int64_t> values(count);
    for (int64_t& value : values) value = static_cast<int64_t>(random());
    Range range = RangeOf(values.data(), count);
    EXPECT_EQ(As<int64_t>(range.min), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(As<int64_t>(range.max), *std::max_element(values.begin(), values.end()));
  }
}

TEST(ValueRange, ZerosOfDoublesTakeTheSignThatHoldsBoth) {
  const double zeros[] = {0.0, 0.0};
  EXPECT_TRUE(std::signbit(As<double>(RangeOf(zeros, 2).min)));
  EXPECT_FALSE(std::signbit(As<double>(RangeOf(zeros, 2).max)));
  const double negative[] = {-0.0, -3};
  EXPECT_FALSE(std::signbit(As<double>(RangeOf(negative, 2).max)));
}

TEST(ValueRange, TextsOrderByTheirBytes) {
  Range range = TextsRange({"b", "", "\xc3\xa9", "zzzzzzzzzzzzzzzzzz", "zzzzzzzzzzzzzzzzzza"});
  EXPECT_EQ(range.min, "");
  EXPECT_EQ(range.max, "\xc3\xa9");
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(1 + random() % 10);
    for (std::string& text : texts)
      for (size_t i = random() % 20; i > 0; --i) text += static_cast<char>(random() % 3);
    range = TextsRange(texts);
    EXPECT_EQ(range.min, *std::min_element(texts.begin(), texts.end()));
    EXPECT_EQ(range.max, *std::max_element(texts.begin(), texts.end()));
    EXPECT_TRUE(range.min_exact && range.max_exact);
  }
}

TEST(ValueRange, LongTextsAreCutBetweenCharacters) {
  std::string long_text(63, 'a');
  long_text += "\xc3\xa9 and more";
  Range range = TextsRange({long_text});
  EXPECT_EQ(range.min, std::string(63, 'a'));
  EXPECT_EQ(range.max, std::string(62, 'a') + "b");
  EXPECT_FALSE(range.min_exact || range.max_exact);
}

TEST(ValueRange, RaisedBoundsAreUtf8) {
  auto raised = [](const std::string& character) {
    std::string text;
    while (text.size() <= 64) text += character;
    return TextsRange({text}).max;
  };
  EXPECT_EQ(raised("\x7f").back(), '\x80');                      // U+007F -> U+0080
  EXPECT_EQ(raised("\xed\x9f\xbf").substr(60), "\xee\x80\x80");  // over the surrogates
  EXPECT_EQ(raised("\xc3\xa9").substr(62), "\xc3\xaa");
  EXPECT_EQ(raised("\xef\xbf\xbf").substr(60), "\xf0\x90\x80\x80");
}

TEST(ValueRange, NoBoundIsGivenWhereThereIsNone) {
  std::string text;
  while (text.size() <= 64) text += "\xf4\x8f\xbf\xbf";
  EXPECT_EQ(TextsRange({text}).state, Range::State::kUnknown);
}

TEST(ValueRange, WideningKeepsWhatIsExact) {
  Range range;
  Widen(range, TextRange("b", "d"), Physical::kBytes);
  Widen(range, TextRange("c", std::string(70, 'x')), Physical::kBytes);
  EXPECT_EQ(range.min, "b");
  EXPECT_TRUE(range.min_exact);
  EXPECT_FALSE(range.max_exact);
  Widen(range, Range{}, Physical::kBytes);
  EXPECT_EQ(range.state, Range::State::kKnown);
  Range unknown;
  unknown.state = Range::State::kUnknown;
  Widen(range, unknown, Physical::kBytes);
  EXPECT_EQ(range.state, Range::State::kUnknown);
}

TEST(ValueRange, DecimalsOrderBySign) {
  auto bytes = [](int64_t value) {
    std::string text(16, value < 0 ? '\xff' : '\0');
    for (size_t i = 0; i < 8; ++i) text[15 - i] = static_cast<char>(value >> (8 * i));
    return text;
  };
  std::string values = bytes(5) + bytes(-7) + bytes(300) + bytes(-1);
  Range range = RangeOfDecimals(values.data(), 4);
  EXPECT_EQ(range.min, bytes(-7));
  EXPECT_EQ(range.max, bytes(300));
}

}  // namespace
}  // namespace roost::store
