#include "demo/demo_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"

namespace roost::demo {
namespace {

namespace fs = std::filesystem;

TEST(DemoFolder, IsMadeWithThoseAboveIt) {
  TestFolder folder;
  ASSERT_TRUE(PrepareFolder(folder / "a/b/", false).ok());
  EXPECT_TRUE(fs::exists(folder / "a/b/.roost-demo"));
}

TEST(DemoFolder, OfOthersIsRefusedAndLeftAlone) {
  TestFolder folder;
  folder.Write("d/input/thesis.txt", "years of work");
  for (bool clean : {false, true}) {
    Status status = PrepareFolder(folder / "d", clean);
    EXPECT_TRUE(status.IsInvalid());
    EXPECT_NE(status.message().find("no demo made it"), std::string::npos) << status;
  }
  EXPECT_TRUE(fs::exists(folder / "d/input/thesis.txt"));
}

TEST(DemoFolder, WithAMarkerOfAnotherContentIsRefused) {
  TestFolder folder;
  folder.Write("d/.roost-demo", "");
  EXPECT_TRUE(PrepareFolder(folder / "d", true).IsInvalid());
}

TEST(DemoFolder, OfADemoIsEmptiedOnlyWhenAskedAndOnlyOfWhatDemosMake) {
  TestFolder folder;
  ASSERT_TRUE(PrepareFolder(folder / "d", false).ok());
  folder.Write("d/input/result_0.json", "{}");
  folder.Write("d/notes.txt", "mine");
  Status refused = PrepareFolder(folder / "d", false);
  EXPECT_NE(refused.message().find("--clean"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder / "d/input/result_0.json"));
  ASSERT_TRUE(PrepareFolder(folder / "d", true).ok());
  EXPECT_FALSE(fs::exists(folder / "d/input"));
  EXPECT_TRUE(fs::exists(folder / "d/notes.txt"));
}

TEST(DemoFolder, DoesNotFollowLinksWhenItIsEmptied) {
  TestFolder folder;
  folder.Write("precious/file", "x");
  ASSERT_TRUE(PrepareFolder(folder / "d", false).ok());
  fs::create_directory_symlink(folder / "precious", folder / "d/input");
  ASSERT_TRUE(PrepareFolder(folder / "d", true).ok());
  EXPECT_TRUE(fs::exists(folder / "precious/file"));
  EXPECT_FALSE(fs::is_symlink(folder / "d/input"));
}

TEST(DemoFolder, ThatIsAFileIsRefused) {
  TestFolder folder;
  folder.Write("d", "");
  EXPECT_TRUE(PrepareFolder(folder / "d", true).IsInvalid());
}

}  // namespace
}  // namespace roost::demo
