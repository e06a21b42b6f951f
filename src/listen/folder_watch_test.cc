#include "listen/folder_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/test_folder.h"

namespace roost::listen {
namespace {

class WatchedFolder : public testing::Test {
 protected:
  void SetUp() override {
    if (watch_.descriptor() < 0) GTEST_SKIP() << "no inotify here: " << watch_.trouble();
    watch_.Add(folder_.path());
  }
  /// path below the folder, behind a slash if it is a folder, with ! if it is closed
  std::vector<std::string> Heard() {
    std::vector<std::string> heard;
    for (const Happening& each : watch_.Read(1000).happenings) {
      std::string text = each.path.substr(folder_.path().size() + 1);
      if (each.is_folder) text += "/";
      if (each.is_closed) text += "!";
      heard.push_back(text);
    }
    return heard;
  }
  using Texts = std::vector<std::string>;

  TestFolder folder_;
  FolderWatch watch_;
};

TEST_F(WatchedFolder, AFileIsHeardOfWhenItIsClosed) {
  const int fd = ::open((folder_ / "a.json").c_str(), O_CREAT | O_WRONLY, 0600);
  ASSERT_EQ(::write(fd, "{", 1), 1);
  EXPECT_EQ(Heard(), Texts{});
  ::close(fd);
  EXPECT_EQ(Heard(), Texts{"a.json!"});
  ::chmod((folder_ / "a.json").c_str(), 0644);
  EXPECT_EQ(Heard(), Texts{"a.json"});
  ::close(::open((folder_ / "a.json").c_str(), O_RDONLY));
  EXPECT_EQ(Heard(), Texts{});
}

TEST_F(WatchedFolder, ARenameIsHeard) {
  TestFolder elsewhere;
  elsewhere.Write("a", "{}");
  std::filesystem::rename(elsewhere / "a", folder_ / "b.json");
  EXPECT_EQ(Heard(), Texts{"b.json!"});
  std::filesystem::rename(folder_ / "b.json", folder_ / "c.json");
  EXPECT_EQ(Heard(), Texts{"c.json!"});
}

TEST_F(WatchedFolder, NewFoldersAreHeard) {
  std::filesystem::create_directory(folder_ / "a");
  EXPECT_EQ(Heard(), Texts{"a/"});
  watch_.Add(folder_ / "a");
  watch_.Add(folder_ / "a");
  folder_.Write("a/x.json", "{}");
  EXPECT_EQ(Heard(), Texts{"a/x.json!"});
}

TEST_F(WatchedFolder, AFolderThatMovedIsNotHeardUnderItsOldPath) {
  std::filesystem::create_directory(folder_ / "a");
  watch_.Add(folder_ / "a");
  Heard();
  std::filesystem::rename(folder_ / "a", folder_ / "b");
  EXPECT_EQ(Heard(), Texts{"b/!"});
  folder_.Write("b/x.json", "{}");
  EXPECT_EQ(Heard(), Texts{});
  watch_.Add(folder_ / "b");
  folder_.Write("b/x.json", "{}");
  EXPECT_EQ(Heard(), Texts{"b/x.json!"});
}

TEST_F(WatchedFolder, TooMuchAtOnceIsToldAsSuch) {
  const std::string a = folder_.Write("a.json", ""), b = folder_.Write("b.json", "");
  Heard();
  // Events that are like the last are not kept twice, so two files take turns.
  for (int i = 0; i < 20'000; ++i) ::close(::open((i % 2 ? a : b).c_str(), O_WRONLY));
  bool lost_some = false;
  for (size_t heard = 1; heard > 0;) {
    const FolderWatch::Heard each = watch_.Read(100'000);
    heard = each.happenings.size();
    lost_some |= each.lost_some;
  }
  EXPECT_TRUE(lost_some);
}

TEST_F(WatchedFolder, AFolderThatIsGoneIsNoTrouble) {
  watch_.Add(folder_ / "none");
  std::filesystem::create_directory(folder_ / "a");
  watch_.Add(folder_ / "a");
  std::filesystem::remove(folder_ / "a");
  Heard();
  EXPECT_EQ(watch_.trouble(), "");
}

}  // namespace
}  // namespace roost::listen
