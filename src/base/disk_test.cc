#include "base/disk.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "base/test_folder.h"

namespace roost::disk {
namespace {

class Disk : public testing::Test {
 protected:
  ~Disk() override { SetFaultHook({}); }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  TestFolder made_;
  const std::string folder_ = made_.path();
};

TEST_F(Disk, WritesWhereItIsToldAndReadsItBack) {
  File file = File::Create(Path("a")).ValueOrDie();
  ASSERT_TRUE(file.Write("hello ").ok());
  ASSERT_TRUE(file.Write("world").ok());
  ASSERT_TRUE(file.WriteAt(0, "J").ok());
  char text[11];
  ASSERT_TRUE(file.ReadAt(0, text, 11).ok());
  EXPECT_EQ(std::string(text, 11), "Jello world");
  ASSERT_TRUE(file.Truncate(5).ok());
  Status short_read = file.ReadAt(0, text, 6);
  EXPECT_TRUE(short_read.IsIOError());
  EXPECT_NE(short_read.message().find("the file ends before"), std::string::npos);
  ASSERT_TRUE(file.Sync().ok());
  ASSERT_TRUE(file.Close().ok());
  EXPECT_EQ(std::filesystem::file_size(Path("a")), 5u);
}

TEST_F(Disk, AnExistingFileIsNotMadeAnew) {
  ASSERT_TRUE(File::Create(Path("a")).ok());
  Status again = File::Create(Path("a")).status();
  EXPECT_NE(again.message().find(Path("a")), std::string::npos);
  EXPECT_NE(again.message().find("File exists"), std::string::npos);
}

TEST_F(Disk, ShortWritesAreFinished) {
  SetFaultHook([](Call, const std::string&) { return Fault{0, 3}; });
  File file = File::Create(Path("a")).ValueOrDie();
  ASSERT_TRUE(file.Write("0123456789").ok());
  EXPECT_EQ(std::filesystem::file_size(Path("a")), 10u);
}

TEST_F(Disk, AFullDiskIsSaidWithWhereAndWhatToDo) {
  File file = File::Create(Path("a")).ValueOrDie();
  SetFaultHook([](Call call, const std::string&) {
    return Fault{call == Call::kWrite ? ENOSPC : 0, SIZE_MAX};
  });
  Status full = file.Write("x");
  EXPECT_TRUE(full.IsIOError());
  EXPECT_EQ(full.message(), "cannot write to " + Path("a") +
                                ": No space left on device (errno 28); free some space there or "
                                "write to another disk");
}

TEST_F(Disk, APutFileIsThereWholeOrNotAtAll) {
  Folder folder = Folder::Open(folder_).ValueOrDie();
  ASSERT_TRUE(folder.Put("a", "first").ok());
  for (Call failing : {Call::kOpen, Call::kWrite, Call::kRename, Call::kClose}) {
    for (const char* name : {"a", "b"}) {
      SetFaultHook(
          [&](Call call, const std::string&) { return call == failing ? Fault{ENOSPC} : Fault{}; });
      Status status = folder.Put(name, "second");
      SetFaultHook({});
      EXPECT_NE(status.message().find("No space left"), std::string::npos);
      EXPECT_EQ(ListFolder(folder_).ValueOrDie(), std::vector<std::string>{"a"});
      EXPECT_EQ(std::filesystem::file_size(Path("a")), 5u);
    }
  }
  ASSERT_TRUE(folder.Put("a", "second").ok());
  EXPECT_EQ(std::filesystem::file_size(Path("a")), 6u);
  EXPECT_EQ(ListFolder(folder_).ValueOrDie(), std::vector<std::string>{"a"});
}

TEST_F(Disk, TreesGoAwayAndLinksAreNotFollowed) {
  ASSERT_TRUE(MakeFolder(Path("kept")).ok());
  ASSERT_TRUE(File::Create(Path("kept/file")).ok());
  ASSERT_TRUE(MakeFolder(Path("tree")).ok());
  ASSERT_TRUE(MakeFolder(Path("tree/inner")).ok());
  ASSERT_TRUE(File::Create(Path("tree/inner/file")).ok());
  std::filesystem::create_directory_symlink(Path("kept"), Path("tree/link"));
  EXPECT_EQ(ListFolder(Path("tree")).ValueOrDie(), (std::vector<std::string>{"inner", "link"}));
  ASSERT_TRUE(RemoveTree(Path("tree")).ok());
  EXPECT_EQ(Look(Path("tree")).ValueOrDie(), EntryKind::kMissing);
  EXPECT_EQ(Look(Path("kept/file")).ValueOrDie(), EntryKind::kOther);
  EXPECT_TRUE(RemoveTree(Path("tree")).ok());
}

TEST_F(Disk, TwoFoldersChangePlaces) {
  ASSERT_TRUE(MakeFolder(Path("a")).ok());
  ASSERT_TRUE(MakeFolder(Path("b")).ok());
  ASSERT_TRUE(File::Create(Path("a/x")).ok());
  Status exchanged = Exchange(Path("a"), Path("b"));
  if (exchanged.IsNotImplemented()) GTEST_SKIP() << exchanged.message();
  ASSERT_TRUE(exchanged.ok()) << exchanged.ToString();
  EXPECT_EQ(Look(Path("b/x")).ValueOrDie(), EntryKind::kOther);
}

TEST_F(Disk, AFolderThatIsInTheWayIsNotRemoved) {
  ASSERT_TRUE(MakeFolder(Path("a")).ok());
  ASSERT_TRUE(File::Create(Path("a/x")).ok());
  EXPECT_TRUE(RemoveFolder(Path("a")).IsIOError());
  ASSERT_TRUE(MakeFolder(Path("b")).ok());
  EXPECT_TRUE(Rename(Path("b"), Path("a")).IsIOError());
}

}  // namespace
}  // namespace roost::disk
