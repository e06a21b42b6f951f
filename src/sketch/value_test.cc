#include "sketch/value.h"

#include <gtest/gtest.h>

#include <cmath>

namespace roost::sketch {
namespace {

TEST(Value, SevenIsSevenHoweverItIsWritten) {
  uint64_t seven = ValueOfInteger(7).hash;
  EXPECT_EQ(ValueOfDouble(7.0).hash, seven);
  EXPECT_EQ(ValueOfText(" 7 ").hash, seven);
  EXPECT_EQ(ValueOfText("-0").kind, Value::Kind::kText);
  EXPECT_NE(ValueOfText("007").hash, seven);
  EXPECT_NE(ValueOfText("+7").hash, seven);
  EXPECT_NE(ValueOfDouble(7.5).hash, seven);
  EXPECT_EQ(ValueOfText("123456789012345678").kind, Value::Kind::kText);
}

TEST(Value, WordsForNothingAreNull) {
  for (std::string_view text : {"", "  ", "NULL", "None", "n/a", "\\N"}) {
    EXPECT_EQ(ValueOfText(text).kind, Value::Kind::kNull) << text;
  }
  EXPECT_EQ(ValueOfDouble(std::nan("")).hash, kNullHash);
  EXPECT_EQ(ValueOfText("nothing").kind, Value::Kind::kText);
}

TEST(Value, UuidsIgnoreCase) {
  EXPECT_EQ(ValueOfText("123E4567-E89B-12D3-A456-426614174000").hash,
            ValueOfText("123e4567-e89b-12d3-a456-426614174000").hash);
  EXPECT_NE(ValueOfText("Paris").hash, ValueOfText("paris").hash);
}

}  // namespace
}  // namespace roost::sketch
