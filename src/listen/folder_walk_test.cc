#include "listen/folder_walk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/test_folder.h"
#include "read/input.h"

namespace roost::listen {
namespace {

class WalkedFolder : public testing::Test {
 protected:
  std::vector<std::string> Walk(size_t piece = 1000) {
    FolderWalk walk(input_, [&](const std::string& folder) { entered_.push_back(folder); });
    std::vector<Sighting> sightings;
    walk.Start();
    while (!walk.is_over()) walk.Go(piece, sightings);
    ignored_ = walk.ignored();
    faults_ = walk.faults();
    fault_ = walk.first_fault();
    std::vector<std::string> paths;
    for (const Sighting& sighting : sightings) paths.push_back(sighting.path);
    return paths;
  }
  std::vector<std::string> Below(std::vector<std::string> names) const {
    for (std::string& name : names) name = folder_ / name;
    return names;
  }

  TestFolder folder_;
  InputFolder input_{folder_.path()};
  std::vector<std::string> entered_;
  uint64_t ignored_ = 0, faults_ = 0;
  std::string fault_;
};

TEST_F(WalkedFolder, TakesWhatIngestTakes) {
  for (const char* name : {"a.json", "b/c.ndjson", "b/d/e.jsonl.gz", "b/d.json", "x.txt", ".a.json",
                           "_b/c.json", "f.json.zst", "g.jso", "z/\xff\n.json"}) {
    folder_.Write(name, "{}");
  }
  std::filesystem::create_directory(folder_ / "other.json");
  ::mkfifo((folder_ / "pipe.json").c_str(), 0600);
  const auto found = read::Discover({folder_.path()}, {}).ValueOrDie();
  std::vector<std::string> wanted;
  for (const auto& file : found.files) wanted.push_back(file.path);
  for (size_t piece : {1, 2, 1000}) {
    EXPECT_EQ(Walk(piece), wanted);
    EXPECT_EQ(ignored_, found.ignored_files);
  }
}

TEST_F(WalkedFolder, LinkedFoldersAreWalkedOnceAndLast) {
  folder_.Write("z/a.json", "{}");
  folder_.Write("b.json", "{}");
  TestFolder elsewhere;
  elsewhere.Write("c.json", "{}");
  std::filesystem::create_symlink(folder_ / "z", folder_ / "a");
  std::filesystem::create_symlink(folder_.path(), folder_ / "z/up");
  std::filesystem::create_symlink(elsewhere.path(), folder_ / "m");
  std::filesystem::create_symlink(elsewhere / "c.json", folder_ / "linked.json");
  std::filesystem::create_symlink(folder_ / "none", folder_ / "broken.json");
  EXPECT_EQ(Walk(), Below({"b.json", "linked.json", "z/a.json", "m/c.json"}));
}

TEST_F(WalkedFolder, FoldersOfRoostsOwnAreLeftOut) {
  folder_.Write("in.json", "{}");
  folder_.Write("out/schema_documentation.json", "{}");
  folder_.Write("done/a.json", "{}");
  input_.LeaveOut(folder_ / "out");
  input_.LeaveOut(folder_ / "./done/");
  input_.LeaveOut(folder_ / "not yet");
  EXPECT_EQ(Walk(), Below({"in.json"}));
}

TEST_F(WalkedFolder, AFolderIsWatchedBeforeItIsListed) {
  folder_.Write("a/1.json", "{}");
  FolderWalk walk(input_, [&](const std::string& folder) {
    folder_.Write(folder.ends_with("/a") ? "a/late.json" : "late.json", "{}");
  });
  std::vector<Sighting> sightings;
  walk.Start();
  while (!walk.is_over()) walk.Go(10, sightings);
  EXPECT_EQ(sightings.size(), 3u);
}

TEST_F(WalkedFolder, AFolderThatGoesAwayCostsNoOther) {
  for (const char* name : {"a/1.json", "b/1.json", "c/1.json", "c/2.json"})
    folder_.Write(name, "{}");
  FolderWalk walk(input_, [](const std::string&) {});
  std::vector<Sighting> sightings;
  walk.Start();
  walk.Go(1, sightings);
  std::filesystem::remove_all(folder_ / "b");
  std::filesystem::remove(folder_ / "c/1.json");
  while (!walk.is_over()) walk.Go(1, sightings);
  EXPECT_EQ(sightings.size(), 2u);
  EXPECT_EQ(walk.faults(), 0u);
}

TEST_F(WalkedFolder, AnInputFolderThatIsGoneIsToldByName) {
  std::filesystem::remove_all(folder_.path());
  EXPECT_TRUE(Walk().empty());
  EXPECT_EQ(faults_, 1u);
  EXPECT_NE(fault_.find(folder_.path()), std::string::npos);
}

TEST_F(WalkedFolder, LooksTellWhatAFileIs) {
  folder_.Write("a.json", "{ }");
  ::chmod((folder_ / "a.json").c_str(), 0600);
  FolderWalk walk(input_, [](const std::string&) {});
  std::vector<Sighting> sightings;
  walk.Start();
  walk.Go(10, sightings);
  ASSERT_EQ(sightings.size(), 1u);
  EXPECT_EQ(sightings[0].look.facts.bytes, 3u);
  EXPECT_EQ(sightings[0].look.facts.mode, 0600u);
  EXPECT_EQ(sightings[0].look.facts, *disk::Examine(folder_ / "a.json").ValueOrDie());
  EXPECT_FALSE(sightings[0].look.is_link);
}

}  // namespace
}  // namespace roost::listen
