#include "read/input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "read/path_text.h"
#include "read/test_input.h"

namespace roost::read {
namespace {

// Paths without the folder's own.
std::vector<std::string> Found(const TestFolder& folder, const std::vector<std::string>& inputs,
                               const DiscoveryOptions& options = {}) {
  const auto found = Discover(inputs, options);
  if (!found.ok()) return {found.status().message()};
  std::vector<std::string> names;
  for (const InputFile& file : found->files) {
    const bool is_inside = file.path.starts_with(folder.path() + "/");
    names.push_back(is_inside ? file.path.substr(folder.path().size() + 1) : file.path);
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(Discover, TakesJsonFilesOfAFolderAndCountsTheRest) {
  const TestFolder folder;
  for (const char* name : {"b.json", "a.jsonl", "c.ndjson.gz", "d/e.json.zst", "d/_f.json",
                           ".g.json", "h.txt", "_i/j.json", "k.json.bz2", "json", "l.JSON"})
    folder.Write(name, "1");
  EXPECT_EQ(Found(folder, {folder.path()}),
            (Names{"a.jsonl", "b.json", "c.ndjson.gz", "d/e.json.zst"}));
  const Discovery found = Discover({folder.path()}, {}).ValueOrDie();
  EXPECT_EQ(found.ignored_files, 7u);
  EXPECT_EQ(found.ignored_examples.size(), 3u);
  EXPECT_FALSE(found.knows_sizes);
}

TEST(Discover, APatternReplacesTheEndings) {
  const TestFolder folder;
  for (const char* name : {"a.json", "b.txt", "_c.txt"}) folder.Write(name, "1");
  EXPECT_EQ(Found(folder, {folder.path()}, {.pattern = "*.txt"}), Names{"b.txt"});
  EXPECT_EQ(Found(folder, {folder.path()}, {.pattern = "_*"}), Names{"_c.txt"});
}

TEST(Discover, FoldersAreSortedByTheWholePathAndNamesMayHoldAnyBytes) {
  const TestFolder folder;
  const Names names = {"a!.json", "a-b/x.json",     "a.json",        "a/x.json",
                       "a0.json", "z\xff\x80.json", "z\xff\n\".json"};
  for (const std::string& name : names) folder.Write(name, "1");
  Names sorted = names;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(Found(folder, {folder.path()}), sorted);
}

TEST(Discover, TheOrderOfArgumentsAndRepeatsChangeNothing) {
  const TestFolder folder;
  for (const char* name : {"a/x.json", "a/y.json", "b.json"}) folder.Write(name, "1");
  const std::string top = folder.path();
  const Names all = {"a/x.json", "a/y.json", "b.json"};
  EXPECT_EQ(Found(folder, {top, top + "/a", top + "//a/./x.json", top + "/a/../b.json"}), all);
  EXPECT_EQ(Found(folder, {top + "/b.json", top + "/a/y.json", top + "/a/", top + "/b.json"}), all);
}

TEST(Discover, ANamedFileIsTakenWhateverItsNameWithItsSize) {
  const TestFolder folder;
  const std::string path = folder.Write("_x.[dat]", "12345");
  const Discovery found = Discover({path}, {}).ValueOrDie();
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_EQ(found.files[0].path, path);
  EXPECT_EQ(found.files[0].bytes, 5u);
  EXPECT_TRUE(found.knows_sizes);
}

TEST(Discover, GlobsMatchEachStepOfAPath) {
  const TestFolder folder;
  for (const char* name :
       {"r1/a.json", "r1/b.txt", "r2/a.json", "r2/.c.json", "s/a.json", "r1/deep/d.json"})
    folder.Write(name, "1");
  const std::string top = folder.path();
  EXPECT_EQ(Found(folder, {top + "/r?/*.json"}), (Names{"r1/a.json", "r2/a.json"}));
  EXPECT_EQ(Found(folder, {top + "/r[1]/*"}), (Names{"r1/a.json", "r1/b.txt", "r1/deep/d.json"}));
  EXPECT_EQ(Found(folder, {top + "/**/d.json"}), Names{"r1/deep/d.json"});
  EXPECT_EQ(Found(folder, {top + "/*/a.json"}), (Names{"r1/a.json", "r2/a.json", "s/a.json"}));
  EXPECT_EQ(Found(folder, {top + "/*.none"}),
            Names{"no file matches '" + top + "/*.none'; check the pattern and the folder"});
}

TEST(Discover, LinksToFilesAreTakenAndLinkedFoldersOnlyOnce) {
  const TestFolder folder, other;
  folder.Write("a/x.json", "1");
  other.Write("y.json", "1");
  namespace fs = std::filesystem;
  fs::create_symlink(folder.path("a/x.json"), folder.path("link.json"));
  fs::create_symlink(folder.path(), folder.path("a/loop"));
  fs::create_symlink(folder.path("a"), folder.path("twin"));
  fs::create_symlink(other.path(), folder.path("z1"));
  fs::create_symlink(other.path(), folder.path("z0"));
  fs::create_symlink(folder.path("gone"), folder.path("broken.json"));
  EXPECT_EQ(Found(folder, {folder.path()}),
            (Names{"a/x.json", "broken.json", "link.json", "z0/y.json"}));
}

TEST(Discover, AMissingNameIsAnErrorAndAnEmptyFolderIsNot) {
  const TestFolder folder;
  EXPECT_EQ(Found(folder, {folder.path()}), Names{});
  EXPECT_EQ(
      Found(folder, {folder.path("gone")}),
      Names{
          "cannot find '" + folder.path("gone") +
          "': No such file or directory; check its name, or whether it was moved away meanwhile"});
  EXPECT_EQ(Found(folder, {""}), Names{"an input path is empty; name a file, a folder or -"});
}

TEST(Discover, PipesAreTakenWhenNamedOnly) {
  const TestFolder folder;
  ASSERT_EQ(::mkfifo(folder.path("p.json").c_str(), 0600), 0);
  EXPECT_EQ(Found(folder, {folder.path()}), Names{});
  const Discovery found = Discover({folder.path("p.json"), "-", "-"}, {}).ValueOrDie();
  ASSERT_EQ(found.files.size(), 2u);
  EXPECT_EQ(found.files[0].path, "-");
  EXPECT_FALSE(found.files[0].is_regular);
  EXPECT_FALSE(found.files[1].is_regular);
}

TEST(PathText, NormalPathKeepsWhatItMeans) {
  const TestFolder folder;
  folder.Write("a/b/c.json", "1");
  const std::string top = folder.path();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a//b/./c", "a/b/c"},
      {"./a", "a"},
      {"a/", "a"},
      {".", "."},
      {"./.", "."},
      {"//", "/"},
      {"../x", "../x"},
      {"./-", "./-"},
      {"-", "./-"},
      {"/./-", "/-"},
      {top + "/a/b/../x", top + "/a/b/../x"},  // nothing is there to tell
      {top + "/a/b/../b", top + "/a/b"},
  };
  for (const auto& [path, normal] : cases) EXPECT_EQ(NormalPath(path), normal) << path;
  std::filesystem::create_directory_symlink(top + "/a/b", top + "/link");
  EXPECT_EQ(NormalPath(top + "/link/../b"), top + "/link/../b");  // which is a/b, not b
}

}  // namespace
}  // namespace roost::read
