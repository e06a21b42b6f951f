#include "read/framing.h"

#include <gtest/gtest.h>

#include <string>

#include "read/test_cutting.h"

namespace roost::read {
namespace {

Framing Find(const std::string& block) {
  const std::string padded = Padded(block);
  return FindFraming({padded.data(), block.size()});
}

struct Case {
  const char* what;
  std::string block;
  UnitKind kind;
  size_t prologue = 0;
};

TEST(Framing, IsFoundByLooking) {
  const std::string torn = R"({"a":"torn)";
  const std::vector<Case> cases = {
      {"lines", "{\"a\":1}\n{\"a\":2}\n{\"a\"", UnitKind::kLines},
      {"CRLF and blank lines", "{\"a\":1}\r\n\r\n  [2] \r\n3", UnitKind::kLines},
      {"scalars on lines", "1\n\"a b\"\nnull\n", UnitKind::kLines},
      {"arrays on lines", "[1]\n[2]\n[3", UnitKind::kLines},
      {"a byte order mark", "\xef\xbb\xbf{}\n{}\n", UnitKind::kLines, 3},
      {"one line only", "{\"a\":1}\n{\"a\":2", UnitKind::kValues},
      {"two values on a line", "{} {}\n{} {}\n", UnitKind::kValues},
      {"pretty values", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", UnitKind::kValues},
      {"pretty scalars look like lines", "{\n \"a\": [\n 1,\n 2\n,\n3\n]}\n", UnitKind::kValues},
      {"one value of many lines among lines", "{}\n{}\n{}\n{\n\"a\":1\n}\n{}\n{}\n",
       UnitKind::kValues},
      {"a torn line among lines", "{}\n{}\n" + torn + "\n{}\n{}\n", UnitKind::kLines},
      {"a torn line first", torn + "\n{}\n{}\n", UnitKind::kLines},
      {"an open line among lines", "{}\n{\"a\":{\n{}\n{}\n{}\n", UnitKind::kLines},
      {"an array", "[{\"a\":1},", UnitKind::kElements, 1},
      {"an array on lines", " \n[\n{\"a\":1},\n{\"a\":1},\n", UnitKind::kElements, 3},
      {"an array behind a mark", "\xef\xbb\xbf [1,", UnitKind::kElements, 5},
      {"an array that ends with brackets in text", R"(["]", "\"]", )", UnitKind::kElements, 1},
      {"an array with space behind", "[1,2] \n ", UnitKind::kElements, 1},
      {"arrays back to back", "[1][2][3", UnitKind::kValues},
      {"nothing", "", UnitKind::kValues},
      {"space", " \n \n", UnitKind::kValues},
  };
  for (const Case& test : cases) {
    const Framing framing = Find(test.block);
    EXPECT_EQ(framing.kind, test.kind) << test.what;
    EXPECT_EQ(framing.prologue, test.prologue) << test.what;
  }
}

}  // namespace
}  // namespace roost::read
