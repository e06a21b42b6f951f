// Runs tests/cases/shred/*.case through the reference. With ROOST_UPDATE_CASES set, the expected
// texts are rewritten instead: read the diff before you commit it.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "shred/reference/dump.h"
#include "shred/reference/reference.h"
#include "tests/case_file.h"
#include "tests/compare_engine.h"

namespace roost::tests {
namespace {

namespace reference = shred::reference;

class ShredCase : public testing::TestWithParam<std::string> {};

TEST_P(ShredCase, ReferenceSaysWhatIsExpected) {
  const Case test = ReadCase(GetParam());
  std::vector<reference::File> files;
  reference::Options options;
  auto hints = HintsOf(test.files);
  ASSERT_TRUE(hints.ok()) << hints.status().ToString();
  options.hints = *hints;
  for (const CaseInput& input : test.files) {
    if (input.name == kConfigName) continue;
    files.push_back({input.name, input.bytes, RootTableOf(input.name), files.size()});
  }
  const std::string text =
      reference::Dump(reference::Shred(files, options), {test.max_rows, test.max_columns, true});
  if (std::getenv("ROOST_UPDATE_CASES")) {
    WriteExpected(GetParam(), test, text);
  } else {
    EXPECT_EQ(text, test.expected) << GetParam();
  }
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Text, ShredCase, testing::ValuesIn(ListCases("tests/cases/shred")),
                         NameOf);

}  // namespace
}  // namespace roost::tests
