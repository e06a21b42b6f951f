#include "read/framer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "read/test_cutting.h"

namespace roost::read {
namespace {

using Random = std::mt19937_64;

std::string RandomString(Random& random) {
  static const char* const kParts[] = {"a",   "\\\"",    "\\\\", "{",       "}",   "[",
                                       "]",   ",",       ":",    " ",       "\\n", "é",
                                       "xyz", "\\u00e9", "//",   "\\\\\\\""};
  std::string text = "\"";
  for (auto i = random() % 12; i > 0; --i) text += kParts[random() % std::size(kParts)];
  return text + "\"";
}

std::string RandomValue(Random& random, int depth, const char* gap) {
  switch (depth > 0 ? random() % 7 : random() % 4) {
    case 0:
      return std::to_string(static_cast<int>(random() % 2000) - 1000);
    case 1:
      return RandomString(random);
    case 2:
      return "null";
    case 3:
      return random() % 2 ? "true" : "-1.5e3";
    case 4: {
      std::string text = std::string("[") + gap;
      for (auto i = random() % 5; i > 0; --i)
        text += RandomValue(random, depth - 1, gap) + (i > 1 ? "," : "") + gap;
      return text + "]";
    }
    default: {
      std::string text = std::string("{") + gap;
      for (auto i = random() % 5; i > 0; --i)
        text += RandomString(random) + ":" + gap + RandomValue(random, depth - 1, gap) +
                (i > 1 ? "," : "") + gap;
      return text + "}";
    }
  }
}

nlohmann::json ParseElements(const std::string& text) {
  std::string inside = text;
  while (!inside.empty() && std::string(", \n\r\t").find(inside.back()) != std::string::npos)
    inside.pop_back();
  return nlohmann::json::parse("[" + inside + "]");
}

// Kinds, reasons and texts of the cuts, one a line.
std::string Shorten(const std::vector<SeenCut>& cuts) {
  static const char* const kNames[] = {"whole", "values", "lines", "elements", "broken", "stream"};
  std::string all;
  for (const SeenCut& seen : cuts) {
    if (!seen.cut.is_unit) continue;
    std::string text = seen.text;
    if (text.size() > 24) text = text.substr(0, 10) + ".." + std::to_string(text.size());
    all += std::string(kNames[static_cast<int>(seen.cut.kind)]) +
           (seen.cut.continued ? "+ " : " ") + text +
           (seen.cut.reason.empty() ? "" : " | " + seen.cut.reason) + "\n";
  }
  return all;
}

constexpr FramerLimits kSmall = {.unit_bytes = 200, .max_record_bytes = 100000};

TEST(Framer, CutsOfAnArrayHoldWholeElements) {
  Random random(1);
  for (int round = 0; round < 100; ++round) {
    const char* gap = round % 2 ? "\n  " : "";
    std::string text = std::string(round % 3 ? "" : "\xef\xbb\xbf \n") + "[";
    const auto count = 1 + random() % 200;
    for (auto i = count; i > 0; --i) text += gap + RandomValue(random, 3, gap) + (i > 1 ? "," : "");
    text += std::string(gap) + "]" + gap;
    if (text.size() < 2 * kSmall.unit_bytes) continue;
    ASSERT_EQ(FindCuttingFault(text, kSmall), "") << text;
    nlohmann::json joined = nlohmann::json::array();
    for (const SeenCut& seen : CutAll(text, kSmall, 0)) {
      ASSERT_EQ(seen.cut.kind, UnitKind::kElements);
      for (const auto& element : ParseElements(seen.text)) joined.push_back(element);
    }
    EXPECT_EQ(joined, nlohmann::json::parse(text));
    EXPECT_EQ(joined.size(), count);
  }
}

TEST(Framer, CutsOfValuesHoldWholeValues) {
  Random random(2);
  for (int round = 0; round < 100; ++round) {
    const char* gap = round % 2 ? "\n  " : " ";
    std::string text = "{}";
    std::vector<nlohmann::json> values = {nlohmann::json::object()};
    for (auto i = random() % 200; i > 0; --i) {
      const std::string value = RandomValue(random, 3, gap);
      // Numbers and words must be kept apart; brackets and quotes keep themselves apart.
      text += (round % 5 == 0 && text.ends_with('}') ? "" : gap) + value;
      values.push_back(nlohmann::json::parse(value));
    }
    ASSERT_EQ(FindCuttingFault(text, kSmall), "") << text;
    if (text.size() < 2 * kSmall.unit_bytes) continue;
    std::string spaced;
    for (const SeenCut& seen : CutAll(text, kSmall, 0)) {
      ASSERT_NE(seen.cut.kind, UnitKind::kBroken);
      spaced += seen.text + " ";
    }
    std::istringstream in(spaced);
    for (const auto& value : values) {
      nlohmann::json read;
      in >> read;
      ASSERT_EQ(read, value);
    }
  }
}

TEST(Framer, CutsOfLinesHoldWholeLines) {
  Random random(3);
  for (int round = 0; round < 50; ++round) {
    const char* end = round % 2 ? "\r\n" : "\n";
    std::string text = round % 3 ? "" : "\xef\xbb\xbf";
    for (auto i = 200 + random() % 200; i > 0; --i) {
      text += RandomValue(random, 3, "");
      if (i > 1 || round % 4) text += end;
      if (random() % 10 == 0) text += end;
    }
    const FramerLimits limits = {.unit_bytes = 3000};
    ASSERT_EQ(FindCuttingFault(text, limits), "") << text;
    for (const SeenCut& seen : CutAll(text, limits, 0)) {
      ASSERT_EQ(seen.cut.kind, UnitKind::kLines) << text;
      EXPECT_TRUE(seen.cut.last || seen.text.ends_with('\n'));
    }
  }
}

TEST(Framer, NoTextWhateverItHoldsIsLostOrCutByChance) {
  Random random(4);
  static const char* const kParts[] = {"{",   "}",       "[",   "]",          ",",  "\"",
                                       ":",   "\\",      "1",   " ",          "\n", "null",
                                       "{\"", "\"a\":[", "}\n", "{\"a\":1}\n"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto i = random() % 300; i > 0; --i) {
      const std::string part = kParts[random() % std::size(kParts)];
      for (auto repeat = random() % 10 == 0 ? random() % 60 : 1; repeat > 0; --repeat) text += part;
    }
    const FramerLimits limits = {8 + random() % 64, 64 + random() % 256};
    const TextEnd end = round % 3 ? TextEnd::kWhole : TextEnd::kTorn;
    ASSERT_EQ(FindCuttingFault(text, limits, end), "") << limits.unit_bytes << "\n" << text;
  }
}

std::string Repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Framer, ALineThatIsTooLongGoesOutInPiecesAndTheNextIsRead) {
  const std::string text = Repeat("1\n", 10) + std::string(100, 'x') + "\n2\n";
  EXPECT_EQ(Shorten(CutAll(text, {.unit_bytes = 8, .max_record_bytes = 40}, 0)),
            "lines 1\n1\n1\n1\n\nlines 1\n1\n1\n1\n\nlines 1\n1\n\n"
            "broken xxxxxxxxxx..40 | record longer than --max-record (40 bytes)\n"
            "broken+ xxxxxxxxxx..40 | record longer than --max-record (40 bytes)\n"
            "broken+ xxxxxxxxxxxxxxxxxxxx | record longer than --max-record (40 bytes)\n"
            "lines 2\n\n");
}

TEST(Framer, AnElementThatIsTooLongGoesOutInPiecesAndTheNextIsRead) {
  const std::string text = "[1,2, [" + Repeat("3,", 50) + "4],5]";
  EXPECT_EQ(Shorten(CutAll(text, {.unit_bytes = 4, .max_record_bytes = 40}, 0)),
            "elements 1,2,\nelements  \n"
            "broken [3,3,3,3,3..32 | record longer than --max-record (40 bytes)\n"
            "broken+ ,3,3,3,3,3..32 | record longer than --max-record (40 bytes)\n"
            "broken+ ,3,3,3,3,3..32 | record longer than --max-record (40 bytes)\n"
            "broken+ ,3,3,4] | record longer than --max-record (40 bytes)\nelements 5\n");
}

TEST(Framer, WhiteSpaceBetweenElementsIsNoPartOfThem) {
  const std::string space(1000, ' ');
  const FramerLimits limits = {.unit_bytes = 16, .max_record_bytes = 40};
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    const auto gap = [&] { return random() % 4 ? "" : space.substr(0, random() % 1000); };
    std::string text = gap() + "[" + gap();
    for (auto i = 1 + random() % 30; i > 0; --i)
      text += RandomValue(random, 1, "") + gap() + (i > 1 ? "," : "") + gap();
    text += "]" + gap();
    if (text.size() < 2 * limits.unit_bytes) continue;
    ASSERT_EQ(FindCuttingFault(text, limits), "") << text;
    nlohmann::json joined = nlohmann::json::array();
    const auto expected = nlohmann::json::parse(text);
    const bool has_long = std::any_of(expected.begin(), expected.end(),
                                      [](const auto& value) { return value.dump().size() > 30; });
    if (has_long || text.find_first_not_of(' ') >= limits.unit_bytes) continue;
    for (const SeenCut& seen : CutAll(text, limits, 0)) {
      ASSERT_EQ(seen.cut.kind, UnitKind::kElements) << text;
      EXPECT_LE(seen.text.size(), 100u);
      for (const auto& element : ParseElements(seen.text)) joined.push_back(element);
    }
    ASSERT_EQ(joined, expected);
  }
}

TEST(Framer, WhatStandsBehindLongWhiteSpaceInAnArrayMustBeACommaOrItsEnd) {
  const std::string space(1000, ' ');
  const FramerLimits limits = {.unit_bytes = 8, .max_record_bytes = 40};
  const std::string lacks = " | expected , or ] after an element of the top-level array\n";
  EXPECT_EQ(Shorten(CutAll("[1,2,3" + space + "4 5,6]", limits, 0)),
            "elements 1,2,3\nbroken 4 5" + lacks + "elements 6\n");
  EXPECT_EQ(
      Shorten(CutAll("[1,2,3" + space + "} 5]", limits, 0)),
      "elements 1,2,3\nbroken " + lacks +
          "elements } \nbroken+ 5] | behind a bracket that closes nothing (byte 1006): records "
          "cannot be told apart\n");
  EXPECT_EQ(Shorten(CutAll("[1,2,3" + space, limits, 0)),
            "elements 1,2,3\nbroken  | the file ends inside its top-level array: ] is missing\n");
  EXPECT_EQ(Shorten(CutAll("[1,2,3," + space + "]", limits, 0)),
            "elements 1,2,3,\nbroken        ] | no value between the last comma and the ] of the "
            "top-level array\n");
  const std::string record = "\"" + std::string(60, 'x') + "\"";
  EXPECT_EQ(Shorten(CutAll("[1,2,3," + record + space + ",5]", limits, 0)),
            "elements 1,2,3,\n"
            "broken \"xxxxxxxxx..40 | record longer than --max-record (40 bytes)\n"
            "broken+ xxxxxxxxxxxxxxxxxxxxx\" | record longer than --max-record (40 bytes)\n"
            "elements 5\n");
}

TEST(Framer, WhatFollowsTheArrayIsBroken) {
  EXPECT_EQ(Shorten(CutAll("[" + Repeat("1,", 10) + "2]\n\n{} 3", {.unit_bytes = 8}, 0)),
            "elements 1,1,1,1,\nelements 1,1,1,1,\nelements 1,1,2\n"
            "broken {} 3 | value after the end of the top-level array\n");
}

TEST(Framer, AnArrayWithoutItsEndIsTold) {
  const std::string reason = " | the file ends inside its top-level array: ] is missing\n";
  const std::string start = "[1,1,1,1,{\"a\":1}";
  const FramerLimits limits = {.unit_bytes = 8};
  EXPECT_EQ(Shorten(CutAll(start, limits, 0)),
            "elements 1,1,1,1,\nelements {\"a\":1}\nbroken " + reason);
  EXPECT_EQ(Shorten(CutAll(start + ",", limits, 0)),
            "elements 1,1,1,1,\nelements {\"a\":1},\nbroken " + reason);
  // The 4 may be the beginning of 45.
  EXPECT_EQ(Shorten(CutAll(start + ",4", limits, 0)),
            "elements 1,1,1,1,\nelements {\"a\":1},\nbroken 4" + reason);
  EXPECT_EQ(Shorten(CutAll(start + ",{\"b", limits, 0)),
            "elements 1,1,1,1,\nelements {\"a\":1},\nbroken {\"b" + reason);
}

TEST(Framer, ACommaBeforeTheEndOfTheArrayIsToldWhereverTheCutFalls) {
  EXPECT_EQ(Shorten(CutAll("[1,1,1,1, ]     ", {.unit_bytes = 8}, 0)),
            "elements 1,1,1,1,\n"
            "broken  ] | no value between the last comma and the ] of the top-level array\n");
}

TEST(Framer, BehindAStrayBracketNothingIsFramed) {
  EXPECT_EQ(Shorten(CutAll("{} {} {} ] {} {} {} " + Repeat("{} ", 20), {.unit_bytes = 8}, 0)),
            "values {} {} {}\nvalues  ] {} {}\n"
            "broken+  {} {} {} ..64 | behind a bracket that closes nothing (byte 9): records "
            "cannot be told apart\n");
}

TEST(Framer, AfterATornReadAnUnfinishedRecordIsBroken) {
  const std::string reason = " | the file could not be read on behind this\n";
  const FramerLimits limits = {.unit_bytes = 6};
  EXPECT_EQ(Shorten(CutAll("12\n34\n56", limits, 0, TextEnd::kTorn)),
            "lines 12\n34\n\nbroken 56" + reason);
  EXPECT_EQ(Shorten(CutAll("12\n34\n56\n", limits, 0, TextEnd::kTorn)),
            "lines 12\n34\n\nlines 56\n\n");
  EXPECT_EQ(Shorten(CutAll("{} {}  56", limits, 0, TextEnd::kTorn)),
            "values {} {} \nvalues  \nbroken 56" + reason);
}

TEST(Framer, ALongDocumentWithAnArrayOfObjectsIsAStream) {
  const std::string document = R"({"a":1,"list":[{"x":1})" + Repeat(R"(,{"x":2})", 40) + "]}";
  const FramerLimits limits = {.unit_bytes = 16, .max_record_bytes = 256};
  const std::string text = "{}\n" + document + "\n{} {}";
  EXPECT_EQ(FindCuttingFault(text, limits), "");
  const auto cuts = CutAll(text, limits, 0);
  EXPECT_EQ(cuts[1].cut.kind, UnitKind::kStream);
  EXPECT_EQ(cuts[1].text, document);
  EXPECT_EQ(cuts[2].text, "\n{} {}");
}

}  // namespace
}  // namespace roost::read
