#include "read/file_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace roost::read {
namespace {

std::vector<std::string> PathsOf(const FileList& list) {
  std::vector<std::string> paths;
  for (const InputFile& file : list) paths.push_back(file.path);
  return paths;
}

TEST(FileList, GivesBackWhatWasAdded) {
  const FileList list = {{"a/x.json", 0, true}, {"a/y.json", 7, true}, {"-", 0, false},
                         {"b", 1, true},        {"/", 0, true},        {"/abs/a/../x", 0, true}};
  EXPECT_EQ(PathsOf(list),
            (std::vector<std::string>{"a/x.json", "a/y.json", "-", "b", "/", "/abs/a/../x"}));
  EXPECT_EQ(list[1].bytes, 7u);
  EXPECT_EQ(list[0].bytes, 0u);
  EXPECT_FALSE(list.is_regular(2));
  EXPECT_TRUE(list.is_regular(3));
  EXPECT_EQ(list.folder(1), "a/");
  EXPECT_EQ(list.name(1), "y.json");
  EXPECT_EQ(list.folder(3), "");
}

TEST(FileList, SortsByTheBytesOfPathsAndDropsRepeats) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    FileList list;
    std::map<std::string, uint64_t> wanted;
    for (auto i = random() % 60; i > 0; --i) {
      std::string path;
      for (auto part = random() % 3; part > 0; --part)
        path += std::string(1, "ab-~"[random() % 4]) + (random() % 2 ? "/" : ".");
      path += "n" + std::to_string(random() % 9);
      const uint64_t bytes = wanted.emplace(path, random() % 5).first->second;
      list.Add({path, bytes, true});
    }
    list.Sort();
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : wanted) paths.push_back(path);
    ASSERT_EQ(PathsOf(list), paths);
    for (size_t i = 0; i < list.size(); ++i) ASSERT_EQ(list[i].bytes, wanted[list[i].path]);
  }
}

}  // namespace
}  // namespace roost::read
