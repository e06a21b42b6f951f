#include "validate/byte_classes.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>

namespace roost::validate {
namespace {

bool Alike(std::string_view pattern, std::string_view one, std::string_view other) {
  auto classes = ByteClasses::Of(pattern);
  EXPECT_TRUE(classes) << pattern;
  return classes && classes->Reduce(one) && classes->Reduce(one) == classes->Reduce(other);
}

TEST(ByteClasses, ArePartsOfThePattern) {
  EXPECT_TRUE(Alike("N[0-9]{6}", "N123457", "N777777"));
  EXPECT_FALSE(Alike("N[0-9]{6}", "N123457", "M123457"));
  EXPECT_FALSE(Alike("N[0-9]{6}", "N123457", "N12345"));
  EXPECT_TRUE(Alike("\\d+", "12", "90"));
  EXPECT_FALSE(Alike("\\w+", "_", "-"));
  EXPECT_TRUE(Alike("\\w+", "_", "z"));
  EXPECT_FALSE(Alike(".*", "a\n", "ab"));
  EXPECT_TRUE(Alike(".*", "aa", "b-"));
  EXPECT_FALSE(Alike("[^a-c]", "c", "d"));
  EXPECT_FALSE(Alike("[]x]", "]", "["));
  EXPECT_FALSE(Alike("[a-]", "-", "b"));
  EXPECT_TRUE(Alike("", "", ""));
}

TEST(ByteClasses, AreNotKnownOfOtherSyntax) {
  for (const char* pattern : {"(?i)ab", "\\bab", "\\pL", "[[:alpha:]]", "é", "[a-é]", "\\x41",
                              "\\QA.B\\E", "[\\d-z]", "\\n", "(?P<n>a)", "[a-\\z]"}) {
    EXPECT_FALSE(ByteClasses::Of(pattern)) << pattern;
  }
  auto classes = ByteClasses::Of("a");
  ASSERT_TRUE(classes);
  EXPECT_FALSE(classes->Reduce("\xC3\xA9"));
  EXPECT_FALSE(classes->Reduce("a text of seventeen"));
  EXPECT_TRUE(classes->Reduce("0123456789abcdef"));
}

/// Texts with one reduced form are judged alike: on patterns made at random.
TEST(ByteClasses, NeverChangeAVerdict) {
  std::mt19937 random(11);
  auto pick = [&](const auto& list) { return std::string(list[random() % std::size(list)]); };
  const char* atoms[] = {"a",       "[0-9]",     "[a-f]", "\\d", "\\w",   ".",
                         "[^b]",    "\\.",       "-",     "\\s", "[b-]",  "\\D",
                         "(?:a|9)", "(b|[c-z])", "[ -/]", "_",   "[^\\d]"};
  const char* counts[] = {"", "", "", "*", "+", "?", "{2}", "{1,3}"};
  const std::string bytes = "abcfgz019 .-_\n/";
  size_t known = 0, matches = 0;
  for (int i = 0; i < 400; ++i) {
    std::string pattern;
    for (size_t parts = 1 + random() % 4; parts > 0; --parts) pattern += pick(atoms) + pick(counts);
    if (random() % 8 == 0) pattern += "|" + pick(atoms);
    re2::RE2 expected(pattern);
    ASSERT_TRUE(expected.ok()) << pattern;
    auto classes = ByteClasses::Of(pattern);
    ASSERT_TRUE(classes) << pattern;
    VerdictMemo memo(*classes);
    for (int j = 0; j < 400; ++j) {
      std::string text;
      for (size_t size = random() % 5; text.size() < size;) text += bytes[random() % bytes.size()];
      bool passes = memo.Judge(text, [&](std::string_view one) {
        ++known;
        return re2::RE2::FullMatch(re2::StringPiece(one.data(), one.size()), expected);
      });
      EXPECT_EQ(passes, re2::RE2::FullMatch(text, expected)) << pattern << " " << text;
      matches += passes;
    }
  }
  EXPECT_LT(known, 140'000u) << "hardly a verdict stood for others";
  EXPECT_GT(matches, 5'000u);
}

}  // namespace
}  // namespace roost::validate
