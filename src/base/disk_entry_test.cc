#include "base/disk_entry.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/file_lock.h"
#include "base/test_folder.h"

namespace roost::disk {
namespace {

class DiskEntry : public testing::Test {
 protected:
  ~DiskEntry() override { SetFaultHook({}); }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<std::string> Names() const { return ListFolder(folder_).ValueOrDie(); }

  TestFolder made_;
  const std::string folder_ = made_.path();
};

TEST_F(DiskEntry, OnlyTheFirstPutIsThere) {
  EXPECT_TRUE(PutIfAbsent(folder_, "a", "first", "w1").ValueOrDie());
  EXPECT_FALSE(PutIfAbsent(folder_, "a", "second", "w2").ValueOrDie());
  EXPECT_EQ(ReadIfThere(Path("a")).ValueOrDie(), "first");
  EXPECT_EQ(Names(), std::vector<std::string>{"a"});
  EXPECT_TRUE(Replace(folder_, "a", "third", "w1").ok());
  EXPECT_EQ(ReadIfThere(Path("a")).ValueOrDie(), "third");
}

TEST_F(DiskEntry, ALinkThatWasMadeAlthoughTheSystemSaysNoIsOurs) {
  SetFaultHook([](Call call, const std::string&) {
    return call == Call::kLink ? Fault{EEXIST, SIZE_MAX, true} : Fault{};
  });
  EXPECT_TRUE(PutIfAbsent(folder_, "a", "ours", "w").ValueOrDie());
}

TEST_F(DiskEntry, WhatIsMissingIsNoError) {
  EXPECT_EQ(Examine(Path("none")).ValueOrDie(), std::nullopt);
  EXPECT_EQ(ReadIfThere(Path("none")).ValueOrDie(), std::nullopt);
  EXPECT_EQ(ReadSymlink(Path("none")).ValueOrDie(), std::nullopt);
  EXPECT_FALSE(RemoveIfThere(Path("none")).ValueOrDie());
  EXPECT_EQ(Link(Path("none"), Path("a")).ValueOrDie(), LinkOutcome::kMissing);
}

TEST_F(DiskEntry, AFolderWithSomethingInItIsNotReplaced) {
  ASSERT_TRUE(MakeFolders(folder_, Path("a/b/c")).ok());
  ASSERT_TRUE(MakeFolders(folder_, Path("a/b/c")).ok());
  ASSERT_TRUE(MakeFolder(Path("new")).ok());
  EXPECT_FALSE(RenameFolderIfAbsent(Path("new"), Path("a")).ValueOrDie());
  EXPECT_TRUE(RenameFolderIfAbsent(Path("new"), Path("other")).ValueOrDie());
}

TEST_F(DiskEntry, AFileIsKnownByWhatItIs) {
  std::ofstream(Path("a")) << "text";
  const Facts before = *Examine(Path("a")).ValueOrDie();
  EXPECT_EQ(before.bytes, 4u);
  ASSERT_TRUE(Rename(Path("a"), Path("b")).ok());
  EXPECT_TRUE(Examine(Path("b")).ValueOrDie()->IsSameFileAs(before));
  std::ofstream(Path("a")) << "text";
  EXPECT_FALSE(Examine(Path("a")).ValueOrDie()->IsSameFileAs(before));
}

TEST_F(DiskEntry, ALockIsHeldByOneAndGoesWithIt) {
  using Missing = FileLock::Missing;
  EXPECT_FALSE(FileLock::TryLock(Path("a"), Missing::kIsFine).ValueOrDie());
  {
    auto held = FileLock::TryLock(Path("a"), Missing::kCreate).ValueOrDie();
    ASSERT_TRUE(held);
    EXPECT_TRUE(held->Note("text").ok());
    EXPECT_FALSE(FileLock::TryLock(Path("a"), Missing::kCreate).ValueOrDie());
  }
  EXPECT_TRUE(FileLock::TryLock(Path("a"), Missing::kIsFine).ValueOrDie());
}

// A sweeper unlinks the file between the open and the lock of another.
TEST_F(DiskEntry, ALockIsNeverOnAFileThatIsGone) {
  std::ofstream(Path("a")) << "old";
  const Facts old = *Examine(Path("a")).ValueOrDie();
  int locks = 0;
  SetFaultHook([&](Call call, const std::string& path) {
    if (call == Call::kLock && locks++ == 0) std::filesystem::remove(path);
    return Fault{};
  });
  auto lock = FileLock::TryLock(Path("a"), FileLock::Missing::kCreate).ValueOrDie();
  ASSERT_TRUE(lock);
  EXPECT_EQ(locks, 2);
  EXPECT_FALSE(*Examine(Path("a")).ValueOrDie() == old);
}

}  // namespace
}  // namespace roost::disk
