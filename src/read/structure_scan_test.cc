#include "read/structure_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "read/document_scan.h"
#include "read/test_cutting.h"

namespace roost::read {
namespace {

TEST(StructureScan, BlocksAndBytesSeeTheSame) {
  std::mt19937_64 random(1);
  static const char kBytes[] = "{}[]\"\"\\\\,: a\xff\n";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto i = random() % 400; i > 0; --i) {
      const char byte = kBytes[random() % (sizeof(kBytes) - 1)];
      text.append(random() % 20 == 0 ? random() % 70 : 1, byte);
    }
    const std::string padded = Padded(text) + "\"{}[]";  // bytes behind the end must not count
    StructureScan by_block, by_byte;
    by_block.set_depth(5);
    by_byte.set_depth(5);
    const int64_t floor = static_cast<int64_t>(random() % 8) - 2;
    size_t at = 0, stop = 0;
    while (at < text.size()) {
      const size_t to = std::min<size_t>(text.size(), at + 1 + random() % 150);
      at = by_block.Skip(padded.data(), at, to, floor);
      if (by_block.depth() < floor) break;
    }
    while (stop < at) by_byte.Step(text[stop++]);
    ASSERT_EQ(by_block.depth(), by_byte.depth()) << text;
    ASSERT_EQ(by_block.in_string(), by_byte.in_string()) << text;
    EXPECT_TRUE(at == text.size() || by_block.depth() == floor - 1 || floor > 5);
  }
}

TEST(StructureScan, SkipStopsBehindTheBracketThatGoesBelowTheFloor) {
  const std::string text = Padded(R"({"a]}\"":[{"b":"[\\"},2]},3])");
  StructureScan scan;
  scan.set_depth(1);
  EXPECT_EQ(scan.Skip(text.data(), 0, text.size() - 64, 1), text.size() - 64);
  EXPECT_EQ(scan.depth(), 0);
  StructureScan inner;
  inner.Step('{');
  EXPECT_EQ(inner.Skip(text.data(), 1, text.size() - 64, 1), 25u);
}

TEST(StructureScan, CountLinesCountsEveryLength) {
  std::mt19937_64 random(2);
  std::string text(40000, '\n');
  EXPECT_EQ(CountLines(text.data(), text.size()), 40000u);
  for (char& byte : text) byte = random() % 3 ? 'x' : '\n';
  for (size_t size = 0; size < 300; ++size) {
    EXPECT_EQ(
        CountLines(text.data() + size, size * 7),
        static_cast<uint64_t>(std::count(text.begin() + size, text.begin() + size * 8, '\n')));
  }
}

TEST(DocumentScan, ElementsAreCountedWhateverTheyHold) {
  struct Case {
    const char* text;
    uint64_t elements;
    bool has_objects, has_others, is_closed;
  };
  for (const Case& test : {Case{"", 0, false, false, false},
                           {R"({"a":[1,2]}, null ,{"],":"}{"},)", 3, true, false, false},
                           {"{},[1,2],3", 3, true, true, false},
                           {"null] , {}", 1, false, false, true},
                           {R"("a,b","\",")", 2, false, true, false}}) {
    const std::string padded = Padded(test.text);
    const ElementLook look = LookAtElements({padded.data(), padded.size() - 64});
    EXPECT_EQ(look.elements, test.elements) << test.text;
    EXPECT_EQ(look.has_objects, test.has_objects) << test.text;
    EXPECT_EQ(look.has_others, test.has_others) << test.text;
    EXPECT_EQ(look.is_closed, test.is_closed) << test.text;
  }
}

}  // namespace
}  // namespace roost::read
