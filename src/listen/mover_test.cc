#include "listen/mover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "base/test_folder.h"

namespace roost::listen {
namespace {

namespace fs = std::filesystem;

std::string Text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// An input folder, and a processed one on the same disk or another.
class MovedFiles : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(input_); }
  ~MovedFiles() override {
    disk::SetFaultHook({});
    fs::remove_all(elsewhere_);
  }

  std::unique_ptr<Mover> Open(const std::string& failed_dir = "") {
    return Mover::Open({input_, processed_, failed_dir}).ValueOrDie();
  }
  std::string In(const std::string& name, const std::string& text) {
    const fs::path path = input_ + "/" + name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  /// The ledger's part: which files it took, as what they are.
  void Settle(const std::string& path) { settled_.push_back(*disk::Examine(path).ValueOrDie()); }
  bool IsSettled(const std::string& path) const {
    const auto facts = disk::Examine(path).ValueOrDie();
    return facts && std::any_of(settled_.begin(), settled_.end(), [&](const disk::Facts& settled) {
             return settled.IsSameFileAs(*facts) && settled.bytes == facts->bytes;
           });
  }
  /// All files below a folder, by their paths in it, with their text; folders end with a slash.
  static std::map<std::string, std::string> FilesIn(const std::string& folder) {
    std::map<std::string, std::string> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const std::string name = fs::relative(entry.path(), folder);
      files[entry.is_directory() ? name + "/" : name] =
          entry.is_directory() ? "" : Text(entry.path());
    }
    return files;
  }
  using Files = std::map<std::string, std::string>;

  /// Whether another disk is at hand; then the input is there, as syncs in memory cost nothing.
  bool UseOtherDisk() {
    input_ = elsewhere_ + "/in";
    fs::create_directories(input_);
    return disk::Examine(elsewhere_).ValueOrDie()->device !=
           disk::Examine(folder_.path()).ValueOrDie()->device;
  }

  TestFolder folder_;
  const std::string elsewhere_ = fs::temp_directory_path() / fs::path(folder_.path()).filename();
  std::string input_ = folder_ / "in";
  std::string processed_ = folder_ / "done";
  std::vector<disk::Facts> settled_;
};

TEST_F(MovedFiles, AFileKeepsItsPlaceBelow) {
  const std::string a = In("a.json", "1"), b = In("b/c.json", "2");
  auto mover = Open();
  for (const std::string& path : {a, b}) {
    const auto staged = mover->Stage(path, MoveTo::kProcessed).ValueOrDie();
    ASSERT_TRUE(staged);
    EXPECT_EQ(staged->name, path);
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(mover->StagedAt(staged->path)->name, path);
    ASSERT_TRUE(mover->Place(*staged).ok());
    EXPECT_FALSE(mover->StagedAt(staged->path));
  }
  ASSERT_TRUE(mover->Close().ok());
  EXPECT_EQ(FilesIn(processed_), (Files{{"a.json", "1"}, {"b/", ""}, {"b/c.json", "2"}}));
  EXPECT_EQ(FilesIn(input_), (Files{{"b/", ""}}));
}

TEST_F(MovedFiles, FailedOnesGoToTheirOwnFolder) {
  auto mover = Open(folder_ / "bad");
  const auto staged = mover->Stage(In("a.json", "1"), MoveTo::kFailed).ValueOrDie();
  ASSERT_TRUE(mover->Place(*staged).ok());
  EXPECT_EQ(FilesIn(folder_ / "bad"), (Files{{"a.json", "1"}}));
  EXPECT_EQ(FilesIn(processed_), Files{});
}

TEST_F(MovedFiles, ANameThatIsTakenGetsANumber) {
  auto mover = Open();
  for (const char* text : {"1", "2", "3"}) {
    const auto staged = mover->Stage(In("a.json", text), MoveTo::kProcessed).ValueOrDie();
    ASSERT_TRUE(mover->Place(*staged).ok());
  }
  EXPECT_EQ(FilesIn(processed_), (Files{{"a.json", "1"}, {"a.json.2", "2"}, {"a.json.3", "3"}}));
}

TEST_F(MovedFiles, APathMayBeStagedAgainBeforeItWasPlaced) {
  auto mover = Open();
  const auto first = mover->Stage(In("a.json", "1"), MoveTo::kProcessed).ValueOrDie();
  const auto second = mover->Stage(In("a.json", "2"), MoveTo::kProcessed).ValueOrDie();
  EXPECT_NE(first->path, second->path);
  EXPECT_EQ(Text(first->path), "1");
  EXPECT_EQ(Text(second->path), "2");
  EXPECT_EQ(second->name, input_ + "/a.json");
}

TEST_F(MovedFiles, AFileThatAnotherMovedIsNoError) {
  EXPECT_EQ(Open()->Stage(input_ + "/none.json", MoveTo::kProcessed).ValueOrDie(), std::nullopt);
}

TEST_F(MovedFiles, AFolderThatWasTidiedAwayIsMadeAgain) {
  auto mover = Open();
  ASSERT_TRUE(
      mover->Place(*mover->Stage(In("a/1.json", ""), MoveTo::kProcessed).ValueOrDie()).ok());
  fs::remove_all(folder_ / "done/a");
  ASSERT_TRUE(
      mover->Place(*mover->Stage(In("a/2.json", ""), MoveTo::kProcessed).ValueOrDie()).ok());
  EXPECT_EQ(FilesIn(processed_), (Files{{"a/", ""}, {"a/2.json", ""}}));
}

TEST_F(MovedFiles, WhatADeadMoverStagedIsAdopted) {
  {
    auto dead = Open(folder_ / "bad");
    ASSERT_TRUE(dead->Stage(In("x/a.json", "1"), MoveTo::kProcessed).ok());
    ASSERT_TRUE(dead->Stage(In("b.json", "2"), MoveTo::kFailed).ok());
  }
  auto living = Open();
  const auto of_living = living->Stage(In("c.json", "3"), MoveTo::kProcessed).ValueOrDie();
  auto mover = Open(folder_ / "bad");
  const auto adopted = mover->Adopt().ValueOrDie();
  ASSERT_EQ(adopted.size(), 2u);
  EXPECT_EQ(adopted[0].name, input_ + "/x/a.json");
  EXPECT_EQ(adopted[1].name, input_ + "/b.json");
  EXPECT_EQ(adopted[1].to, MoveTo::kFailed);
  EXPECT_EQ(mover->StagedAt(adopted[0].path)->name, adopted[0].name);
  EXPECT_EQ(Text(of_living->path), "3");
  for (const StagedFile& staged : adopted) ASSERT_TRUE(mover->Place(staged).ok());
  ASSERT_TRUE(mover->Close().ok());
  ASSERT_TRUE(living->Place(*of_living).ok());
  ASSERT_TRUE(living->Close().ok());
  EXPECT_EQ(FilesIn(input_), (Files{{"x/", ""}}));
  EXPECT_EQ(FilesIn(folder_ / "bad"), (Files{{"b.json", "2"}}));
}

TEST_F(MovedFiles, ToAnotherDiskAFileIsCopiedWithItsTime) {
  if (!UseOtherDisk()) GTEST_SKIP() << "no second disk";
  const std::string path = In("a/b.json", std::string(3'000'000, 'x'));
  const auto time = disk::Examine(path).ValueOrDie()->modified_ns;
  In("c.json", "new");
  auto mover = Open();
  fs::create_directories(processed_);
  std::ofstream(processed_ + "/c.json") << "old";
  for (const char* name : {"a/b.json", "c.json"}) {
    const auto staged = mover->Stage(input_ + "/" + name, MoveTo::kProcessed);
    ASSERT_TRUE(mover->Place(**staged).ok());
    EXPECT_TRUE(fs::exists((*staged)->path));  // until the copy is durable
  }
  ASSERT_TRUE(mover->FinishPlacing().ok());
  ASSERT_TRUE(mover->Close().ok());
  EXPECT_EQ(FilesIn(processed_), (Files{{"a/", ""},
                                        {"a/b.json", std::string(3'000'000, 'x')},
                                        {"c.json", "old"},
                                        {"c.json.2", "new"}}));
  EXPECT_EQ(disk::Examine(processed_ + "/a/b.json").ValueOrDie()->modified_ns, time);
  EXPECT_EQ(FilesIn(input_), (Files{{"a/", ""}}));
}

/// Runs a move of three files that dies before or after its `calls`-th change of the disk: every
/// later call fails. False if it came to its end.
class DyingMove : public MovedFiles {
 protected:
  bool Move(int calls, bool after) {
    int left = calls;
    disk::SetFaultHook([&, after](disk::Call call, const std::string&) {
      if (!disk::ChangesDisk(call)) return left < 0 ? disk::Fault{EIO} : disk::Fault{};
      if (--left > 0) return disk::Fault{};
      return left == 0 && after ? disk::Fault{EIO, SIZE_MAX, true} : disk::Fault{EIO};
    });
    bool is_whole = false;
    {
      auto mover = Mover::Open({input_, processed_, ""});
      is_whole = mover.ok() && MoveAll(**mover).ok() && (*mover)->Close().ok();
    }
    disk::SetFaultHook({});
    return !is_whole;
  }

  Status MoveAll(Mover& mover) {
    ROOST_ASSIGN(auto staged, mover.Adopt());
    for (const std::string& name : names_) {
      ROOST_ASSIGN(auto one, mover.Stage(input_ + "/" + name, MoveTo::kProcessed));
      if (one) staged.push_back(*one);
    }
    for (const StagedFile& one : staged) {
      if (!IsSettled(one.path)) Settle(one.path);  // taken from where it lies
      ROOST_TRY(mover.Place(one));
    }
    return mover.FinishPlacing();
  }

  void DieEverywhere() {
    for (const bool after : {false, true}) {
      for (int calls = 1;; ++calls) {
        Begin();
        const bool died = Move(calls, after);
        ExpectNothingLost(calls);
        auto mover = Open();
        ASSERT_TRUE(MoveAll(*mover).ok()) << calls;
        ASSERT_TRUE(mover->Close().ok()) << calls;
        ASSERT_EQ(FilesIn(processed_), wanted_) << calls;
        ASSERT_EQ(FilesIn(input_), (Files{{"b/", ""}})) << calls;
        if (!died) break;
      }
    }
  }

  void Begin() {
    fs::remove_all(processed_);
    fs::remove_all(input_);
    fs::create_directories(processed_);
    std::ofstream(processed_ + "/a.json") << "earlier";
    settled_.clear();
    for (const std::string& name : names_) Settle(In(name, "text of " + name));
    // This one came to its path after the one that was read.
    In("b/d.json", "other text");
  }
  void ExpectNothingLost(int calls) const {
    std::map<std::string, int> texts;
    for (const auto& [name, text] : FilesIn(input_)) texts[text] += !name.ends_with('/');
    for (const auto& [name, text] : FilesIn(processed_)) texts[text] += !name.ends_with('/');
    for (const char* text : {"earlier", "text of a.json", "text of b/c.json", "other text"}) {
      ASSERT_GE(texts[text], 1) << calls;
    }
  }

  const std::vector<std::string> names_ = {"a.json", "b/c.json", "b/d.json"};
  const Files wanted_ = {{"a.json", "earlier"},
                         {"a.json.2", "text of a.json"},
                         {"b/", ""},
                         {"b/c.json", "text of b/c.json"},
                         {"b/d.json", "other text"}};
};

TEST_F(DyingMove, LosesAndDoublesNothingAtAnyStep) { DieEverywhere(); }

TEST_F(DyingMove, LosesAndDoublesNothingAtAnyStepToAnotherDisk) {
  if (!UseOtherDisk()) GTEST_SKIP() << "no second disk";
  DieEverywhere();
}

TEST_F(MovedFiles, AFullDiskIsAnErrorAndTheFileWaits) {
  if (!UseOtherDisk()) GTEST_SKIP() << "no second disk";
  auto mover = Open();
  const auto staged = mover->Stage(In("a.json", "text"), MoveTo::kProcessed).ValueOrDie();
  disk::SetFaultHook([](disk::Call call, const std::string&) {
    return call == disk::Call::kWrite ? disk::Fault{ENOSPC} : disk::Fault{};
  });
  EXPECT_TRUE(mover->Place(*staged).IsIOError());
  disk::SetFaultHook({});
  EXPECT_EQ(Text(staged->path), "text");
  ASSERT_TRUE(mover->Place(*staged).ok());
  ASSERT_TRUE(mover->FinishPlacing().ok());
  ASSERT_TRUE(mover->Close().ok());
  EXPECT_EQ(FilesIn(processed_), (Files{{"a.json", "text"}}));
}

}  // namespace
}  // namespace roost::listen
