#include "export/output_names.h"

#include <gtest/gtest.h>

namespace roost::exporting {
namespace {

std::string Name(std::string_view path, bool was_compressed = false) {
  return OutputNames().Add(path, was_compressed);
}

TEST(OutputNames, PathsStayBelowTheOutputFolder) {
  EXPECT_EQ(Name("a/b.json"), "a/b.json");
  EXPECT_EQ(Name("/etc/passwd"), "etc/passwd");
  EXPECT_EQ(Name("../../x/./y//z.json"), "__/__/x/y/z.json");
  EXPECT_EQ(Name("a/../b.json"), "a/__/b.json");
  EXPECT_EQ(Name(".."), "__");
  EXPECT_EQ(Name("/"), "_");
}

TEST(OutputNames, StandardInputGetsAName) { EXPECT_EQ(Name("-"), "stdin.json"); }

TEST(OutputNames, CompressedFilesLoseTheirEnding) {
  EXPECT_EQ(Name("a.json.gz", true), "a.json");
  EXPECT_EQ(Name("a.json.ZST", true), "a.json");
  EXPECT_EQ(Name("a.json.gz", false), "a.json.gz");
  EXPECT_EQ(Name("a.json", true), "a.json");
  EXPECT_EQ(Name("d/.gz", true), "d/.gz");
}

TEST(OutputNames, BytesThatAreNoUtf8ComeBack) {
  EXPECT_EQ(Name("caf%E9.json"), "caf\xE9.json");
  EXPECT_EQ(Name("caf%25E9.json"), "caf%E9.json");
  EXPECT_EQ(Name("100%25.json"), "100%.json");
  EXPECT_EQ(Name("%C3%A9.json"), "\xC3\xA9.json");
}

TEST(OutputNames, EncodedStepsStayBelowTheOutputFolderToo) {
  EXPECT_EQ(Name("%2e%2e/a%f"), "__/a%f");
  EXPECT_EQ(Name("%2Fetc%2F%2E%2E%2Fx"), "etc/__/x");
  EXPECT_EQ(Name("a%00b"), "a_b");
}

TEST(OutputNames, ALongNameIsCutWhereItsNumberGoes) {
  OutputNames names;
  std::string name = std::string(250, 'x') + ".json";
  EXPECT_EQ(names.Add("d/" + name, false), "d/" + name);
  EXPECT_EQ(names.Add("/d/" + name, false), "d/" + std::string(248, 'x') + ".2.json");
  EXPECT_EQ(names.Add("./d/" + name, false), "d/" + std::string(248, 'x') + ".3.json");
}

TEST(OutputNames, TakenNamesAreNumberedBeforeTheirEnding) {
  OutputNames names;
  EXPECT_EQ(names.Add("a.json", false), "a.json");
  EXPECT_EQ(names.Add("a.json.gz", true), "a.2.json");
  EXPECT_EQ(names.Add("/a.json", false), "a.3.json");
  EXPECT_EQ(names.Add("d.x/b", false), "d.x/b");
  EXPECT_EQ(names.Add("/d.x/b", false), "d.x/b.2");
  EXPECT_EQ(names.Add("/.b", false), ".b");
  EXPECT_EQ(names.Add(".b", false), ".b.2");
}

TEST(OutputNames, AFileAndAFolderOfOneNameKeepApart) {
  OutputNames names;
  EXPECT_EQ(names.Add("x", false), "x");
  EXPECT_EQ(names.Add("/x/y", false), "x.2/y");
  EXPECT_EQ(names.Add("/x/z", false), "x.2/z");
  EXPECT_EQ(names.Add("f/g", false), "f/g");
  EXPECT_EQ(names.Add("/f", false), "f.2");
}

}  // namespace
}  // namespace roost::exporting
