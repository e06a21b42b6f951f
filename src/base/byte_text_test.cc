#include "base/byte_text.h"

#include <gtest/gtest.h>

namespace roost {
namespace {

TEST(ByteText, Utf8StaysButForPercent) {
  EXPECT_EQ(EncodeBytes("caf\xC3\xA9 \xF0\x9F\x98\x80\n"), "caf\xC3\xA9 \xF0\x9F\x98\x80\n");
  EXPECT_EQ(EncodeBytes("100%.json"), "100%25.json");
  EXPECT_EQ(EncodeBytes("%E9"), "%25E9");
}

TEST(ByteText, OtherBytesBecomePercentAndHex) {
  EXPECT_EQ(EncodeBytes("caf\xE9.json"), "caf%E9.json");
  EXPECT_EQ(EncodeBytes("\xFF\x80"), "%FF%80");
  EXPECT_EQ(EncodeBytes("\xED\xA0\x80"), "%ED%A0%80");
  EXPECT_EQ(EncodeBytes("\xC0\xAF/"), "%C0%AF/");
  EXPECT_EQ(EncodeBytes("\xF0\x9F\x98"), "%F0%9F%98");
  EXPECT_EQ(EncodeBytes("\xF4\x90\x80\x80"), "%F4%90%80%80");
  EXPECT_EQ(EncodeBytes("\xC3x"), "%C3x");
}

TEST(ByteText, EveryPairOfBytesComesBack) {
  for (int one = 0; one < 256; ++one) {
    for (int other = 0; other < 256; ++other) {
      const std::string bytes = {'\xE1', static_cast<char>(one), static_cast<char>(other), '2',
                                 '5'};
      const std::string text = EncodeBytes(bytes);
      EXPECT_EQ(DecodeBytes(text), bytes);
      for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(CountUtf8(rest)))
        ASSERT_GT(CountUtf8(rest), 0u) << text;
    }
  }
}

TEST(ByteText, APercentWithoutDigitsStandsForItself) {
  EXPECT_EQ(DecodeBytes("%"), "%");
  EXPECT_EQ(DecodeBytes("%4"), "%4");
  EXPECT_EQ(DecodeBytes("%G1%1G%41%e9"), "%G1%1GA\xE9");
}

TEST(ByteText, MessagesKeepTheirPercent) {
  EXPECT_EQ(ReadableBytes("50 % of caf\xE9"), "50 % of caf%E9");
}

}  // namespace
}  // namespace roost
