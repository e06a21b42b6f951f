#include "base/json_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cstdlib>
#include <limits>
#include <random>

namespace roost {
namespace {

std::string Double(double value) {
  std::string out;
  AppendJsonDouble(out, value);
  return out;
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(JsonText, DoublesKeepAFractionOrAnExponent) {
  const std::pair<double, const char*> cases[] = {{1, "1.0"},
                                                  {-0.0, "-0.0"},
                                                  {0, "0.0"},
                                                  {0.1, "0.1"},
                                                  {100000, "100000.0"},
                                                  {1e15, "1000000000000000.0"},
                                                  {1e16, "1e16"},
                                                  {1e300, "1e300"},
                                                  {-1.5e-7, "-1.5e-7"},
                                                  {0.0001, "0.0001"},
                                                  {5e-324, "5e-324"},
                                                  {DBL_MAX, "1.7976931348623157e308"},
                                                  {9007199254740993.0, "9007199254740992.0"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(Double(value), text);
}

TEST(JsonText, EveryDoubleReadsAsItself) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    auto value = std::bit_cast<double>(random());
    if (!(std::fabs(value) <= DBL_MAX)) continue;
    double back = std::strtod(Double(value).c_str(), nullptr);
    ASSERT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(value)) << Double(value);
  }
}

TEST(JsonText, IntegersReachTheirLimits) {
  std::string out;
  AppendJsonInt(out, std::numeric_limits<int64_t>::min());
  EXPECT_EQ(out, "-9223372036854775808");
}

TEST(JsonText, StringsEscapeOnlyWhatTheyMust) {
  EXPECT_EQ(Quoted("a/b \xC3\xA9 \x7F"), "\"a/b \xC3\xA9 \x7F\"");
  EXPECT_EQ(Quoted(std::string_view("\0\x1f\"\\\b\f\n\r\t", 9)),
            "\"\\u0000\\u001f\\\"\\\\\\b\\f\\n\\r\\t\"");
}

TEST(JsonText, StringsDecodeToWhatTheyWereMadeOf) {
  std::string all;
  for (int c = 0; c < 128; ++c) all.push_back(static_cast<char>(c));
  EXPECT_EQ(DecodeJsonString(Quoted(all)).ValueOrDie(), all);
  EXPECT_EQ(DecodeJsonString(R"("\u00e9\/\ud83d\ude00\u4e2d")").ValueOrDie(),
            "\xC3\xA9/\xF0\x9F\x98\x80\xE4\xB8\xAD");
}

TEST(JsonText, BadStringsAreRefused) {
  for (const char* bad : {"", "\"", "x", R"("\x")", R"("\u12")", R"("\ud800")", R"("\udc00\ud800")",
                          R"("\ud800\u0041")", "\"\\\""}) {
    EXPECT_FALSE(DecodeJsonString(bad).ok()) << bad;
  }
}

TEST(JsonText, CompactLosesOnlySpaceBetweenTokens) {
  std::string out;
  AppendJsonCompact(out, " { \"a b\\\" \" :\t[ 1 ,\r\n \" \" ] } ");
  EXPECT_EQ(out, "{\"a b\\\" \":[1,\" \"]}");
}

TEST(JsonText, ArraysSplitAtTheirOwnCommas) {
  auto elements = SplitJsonArray(R"( [ 1 , "a,]\"" ,{"b":[2,3]}, [] ] )").ValueOrDie();
  EXPECT_EQ(elements, (std::vector<std::string_view>{"1", R"("a,]\"")", R"({"b":[2,3]})", "[]"}));
  EXPECT_TRUE(SplitJsonArray(" [ ] ").ValueOrDie().empty());
}

TEST(JsonText, WhatIsNoArrayIsRefused) {
  for (const char* bad : {"", "[", "{}", "[\"]", "[1", "[{]", "[]]"}) {
    EXPECT_FALSE(SplitJsonArray(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace roost
