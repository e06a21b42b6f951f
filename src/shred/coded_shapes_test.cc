#include "shred/coded_shapes.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace roost::shred {
namespace {

Codes Of(const Buffer<Code>& buffer) { return {buffer.data(), buffer.size()}; }

TEST(CodedShapes, FindsWhatAMapWouldFind) {
  std::mt19937 random(7);
  std::map<std::vector<Code>, uint32_t> known;
  CodedShapes shapes;
  for (int i = 0; i < 20000; ++i) {
    // Few codes and lengths up to 20, so that many rows come again and many share their beginning.
    std::vector<Code> row(random() % 21);
    for (Code& code : row) code = CodeOf(random() % 2, random() % 8 ? 's' : 'l');
    Buffer<Code> codes;
    codes.Append(row.data(), row.size());
    auto found = known.find(row);
    ASSERT_EQ(shapes.Find(Of(codes)), found == known.end() ? CodedShapes::kUnknown : found->second);
    if (found != known.end()) continue;
    auto number = static_cast<uint32_t>(known.size());
    shapes.Add(Of(codes), number);
    known.emplace(std::move(row), number);
  }
  EXPECT_GT(known.size(), 4096u);
}

TEST(CodedShapes, SpellsNestedObjects) {
  Buffer<Code> codes;
  for (Code code : {CodeOf(0, 's'), CodeOf(1, '{'), CodeOf(2, 't'), CodeOf(0, 'e'), kEndOfObject,
                    CodeOf(2, '{'), kEndOfObject}) {
    codes.Push(code);
  }
  std::string text;
  SpellShape(Of(codes), {"\"a\":", "\"b\":", "\"c\":"}, text);
  EXPECT_EQ(text, R"({"a":s,"b":{"c":t,"a":e},"c":{}})");
}

}  // namespace
}  // namespace roost::shred
