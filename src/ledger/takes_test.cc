#include "ledger/takes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/disk_entry.h"
#include "base/test_folder.h"
#include "ledger/take_run.h"

namespace roost::ledger {
namespace {

class TakesTest : public testing::Test {
 protected:
  Takes Open() const { return Takes::Open(top_).ValueOrDie(); }
  std::vector<std::string> Runs() const {
    return disk::ListFolder(top_ + "/_roost/takes").ValueOrDie();
  }

  TestFolder made_;
  const std::string top_ = made_.path();
};

InputFile File(const std::string& path, uint64_t inode, int64_t modified) {
  InputFile file;
  file.path = path;
  file.device = 1;
  file.inode = inode;
  file.bytes = 10;
  file.born_ns = static_cast<int64_t>(inode) * 10;
  file.modified_ns = modified;
  return file;
}

Take TakeOf(const InputFile& file, uint64_t content, uint64_t number, KnownBy by = KnownBy::kPath) {
  return {file, content, 0, number, 1, by};
}

Verdict Ask(Takes& takes, const InputFile& file, std::optional<uint64_t> content,
            KnownBy by = KnownBy::kPath) {
  Candidate candidate{file, {}, by};
  if (content) candidate.hash = Hash{0, *content};
  return takes.Classify(std::span(&candidate, 1)).ValueOrDie()[0];
}

Standing StandingOf(Takes& takes, const InputFile& file, std::optional<uint64_t> content,
                    KnownBy by = KnownBy::kPath) {
  return Ask(takes, file, content, by).standing;
}

TEST_F(TakesTest, AFileIsNewThenKnownThenChanged) {
  Takes takes = Open();
  EXPECT_EQ(StandingOf(takes, File("a", 1, 5), 7), Standing::kNew);
  const Take take = TakeOf(File("a", 1, 5), 7, 42);
  takes.Add(1, {take});
  EXPECT_EQ(StandingOf(takes, File("a", 1, 5), {}), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("a", 1, 6), {}), Standing::kUnsure);
  EXPECT_EQ(StandingOf(takes, File("a", 1, 6), 7), Standing::kKnown);
  const Verdict changed = Ask(takes, File("a", 1, 6), 8);
  EXPECT_EQ(changed.standing, Standing::kChanged);
  EXPECT_EQ(changed.first_number, 42u);
  EXPECT_EQ(changed.version, 1);
}

TEST_F(TakesTest, TheSameContentUnderAnotherNameIsNew) {
  Takes takes = Open();
  const Take take = TakeOf(File("a", 1, 5), 7, 42);
  takes.Add(1, {take});
  EXPECT_EQ(StandingOf(takes, File("b", 2, 5), 7), Standing::kNew);
}

TEST_F(TakesTest, TheLatestTakeCounts) {
  Takes takes = Open();
  const Take first = TakeOf(File("a", 1, 5), 7, 1), second = TakeOf(File("a", 1, 6), 8, 2);
  takes.Add(2, {second});
  takes.Add(1, {first});  // read later, taken earlier
  EXPECT_EQ(StandingOf(takes, File("a", 1, 6), 8), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("a", 1, 5), 7), Standing::kChanged);
}

TEST_F(TakesTest, AMovedFileReleasesItsPath) {
  Takes takes = Open();
  const Take take = TakeOf(File("a", 1, 5), 7, 42, KnownBy::kInstance);
  takes.Add(1, {take});
  // Still in place, or in staging under another name: known by what it is.
  EXPECT_EQ(StandingOf(takes, File("a", 1, 5), {}, KnownBy::kInstance), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("staged", 1, 5), {}, KnownBy::kInstance), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("a", 1, 6), 9, KnownBy::kInstance), Standing::kChanged);
  // Another file, delivered under the path, with the same content.
  EXPECT_EQ(StandingOf(takes, File("a", 2, 5), 7, KnownBy::kInstance), Standing::kNew);
  // A run that moves nothing sees the file before it is moved.
  EXPECT_EQ(StandingOf(takes, File("a", 1, 5), {}, KnownBy::kPath), Standing::kKnown);
}

TEST_F(TakesTest, AFileTakenInPlaceIsKnownToAListenerThatMoves) {
  Takes takes = Open();
  const Take take = TakeOf(File("a", 1, 5), 7, 42);
  takes.Add(1, {take});
  EXPECT_EQ(StandingOf(takes, File("a", 1, 5), {}, KnownBy::kInstance), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("a", 2, 5), 7, KnownBy::kInstance), Standing::kNew);
}

// Files 0 to n of a version, all with the content `content`.
std::vector<Take> Many(int from, int to, uint64_t content) {
  std::vector<Take> takes;
  for (int i = from; i < to; ++i)
    takes.push_back(TakeOf(File("in/" + std::to_string(i), static_cast<uint64_t>(i), 5), content,
                           static_cast<uint64_t>(i)));
  return takes;
}

TEST_F(TakesTest, RunsSayWhatMemorySaid) {
  constexpr int kFiles = 20000;
  {
    Takes takes = Open();
    for (int version = 1; version <= 10; ++version) {
      const int from = (version - 1) * kFiles / 10;
      takes.Add(version, Many(from, from + kFiles / 10, 7));
      takes.Add(version, Many(0, 10, static_cast<uint64_t>(100 + version)));  // changed each time
      ASSERT_TRUE(takes.WriteRun(version, "w").ok());
      EXPECT_EQ(takes.in_memory(), 0u);
    }
    EXPECT_EQ(takes.covered(), 10);
    EXPECT_TRUE(takes.Verify().ok());
  }
  EXPECT_LE(Runs().size(), 4u);  // merged
  Takes takes = Open();
  EXPECT_EQ(takes.covered(), 10);
  auto ask_all = [&](int step) {
    std::vector<Candidate> candidates;
    for (int i = 0; i < kFiles + 1000; i += step)
      candidates.push_back({File("in/" + std::to_string(i), static_cast<uint64_t>(i), 5),
                            Hash{0, i < 10 ? 110u : 7u}, KnownBy::kPath});
    auto verdicts = takes.Classify(candidates).ValueOrDie();
    for (size_t i = 0; i < verdicts.size(); ++i) {
      const int file = static_cast<int>(i) * step;
      ASSERT_EQ(verdicts[i].standing, file < kFiles ? Standing::kKnown : Standing::kNew) << file;
      if (file >= 10 && file < kFiles) {
        ASSERT_EQ(verdicts[i].first_number, static_cast<uint64_t>(file));
      }
    }
  };
  ask_all(1);     // a scan
  ask_all(3000);  // single lookups
}

TEST_F(TakesTest, ARunThatWasDamagedIsSaid) {
  {
    Takes takes = Open();
    takes.Add(1, Many(0, 100, 7));
    ASSERT_TRUE(takes.WriteRun(1, "w").ok());
  }
  const std::string path = top_ + "/_roost/takes/" + Runs()[0];
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(64 + 30 * 64 + 20);
  file.put('x');
  file.close();
  Status damaged = Open().Verify();
  EXPECT_NE(damaged.message().find("checksum"), std::string::npos) << damaged.ToString();
  std::filesystem::resize_file(path, 1000);
  Status cut = Takes::Open(top_).status();
  EXPECT_NE(cut.message().find("no whole run"), std::string::npos) << cut.ToString();
}

TEST_F(TakesTest, ManyTakesOfACommitAreKnownFromTheirFile) {
  const TakesFile file = Open().WriteFile(1, Many(0, 100, 7), std::string(32, 'a')).ValueOrDie();
  EXPECT_EQ(file.files, 100u);
  Takes takes = Open();
  EXPECT_EQ(StandingOf(takes, File("in/7", 7, 5), 7), Standing::kNew) << "no entry names it yet";
  takes.Add(1, file);
  EXPECT_EQ(takes.in_memory(), 100u);
  EXPECT_EQ(StandingOf(takes, File("in/7", 7, 5), 7), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("in/7", 7, 6), 8), Standing::kChanged);
  ASSERT_TRUE(takes.WriteRun(1, "w").ok());
  EXPECT_EQ(Runs(), std::vector<std::string>{RunName(0, 1)}) << "what the run covers is gone";
}

TEST_F(TakesTest, VeryManyTakesAreSortedInPasses) {
  constexpr int kFiles = 600'000;
  int asked = 0;
  const TakeSource source{kFiles + 10, [&](const std::function<void(const Take&)>& take_one) {
                            ++asked;
                            for (int i = 0; i < kFiles; ++i)
                              take_one(TakeOf(File("in/" + std::to_string(i), i + 1, 5), 7, i));
                          }};
  const TakesFile file = Open().WriteFile(1, source, std::string(32, 'a')).ValueOrDie();
  EXPECT_EQ(file.files, uint64_t{kFiles});
  EXPECT_EQ(asked, 3);
  Takes takes = Open();
  takes.Add(1, file);
  EXPECT_TRUE(takes.Verify().ok()) << "in order";
  EXPECT_EQ(StandingOf(takes, File("in/599999", 600'000, 5), 7), Standing::kKnown);
}

TEST_F(TakesTest, WhoComesTooLateForAFileOfTakesReadsTheRun) {
  const std::string writer(32, 'a');
  Takes one = Open(), late = Open();
  late.Add(1, {TakeOf(File("in/7", 7, 5), 6, 1)});  // an older take, indexed before
  EXPECT_EQ(StandingOf(late, File("in/7", 7, 5), 6), Standing::kKnown);
  const TakesFile file = one.WriteFile(2, Many(0, 100, 7), writer).ValueOrDie();
  one.Add(1, {TakeOf(File("in/7", 7, 5), 6, 1)});
  one.Add(2, file);
  late.Add(2, file);
  ASSERT_TRUE(one.WriteRun(2, writer).ok());
  EXPECT_FALSE(std::filesystem::exists(top_ + "/_roost/takes/" + file.name));
  EXPECT_EQ(StandingOf(late, File("in/7", 7, 5), 7), Standing::kKnown);
  EXPECT_EQ(StandingOf(late, File("in/7", 7, 5), 6), Standing::kChanged);
}

TEST_F(TakesTest, AFileOfTakesThatIsMissingIsSaid) {
  Takes takes = Open();
  const TakesFile file = takes.WriteFile(1, Many(0, 100, 7), std::string(32, 'a')).ValueOrDie();
  ASSERT_TRUE(takes.DropFile(file).ok());
  takes.Add(1, file);
  const Candidate candidate{File("in/7", 7, 5), {}, KnownBy::kPath};
  const Status missing = takes.Classify(std::span(&candidate, 1)).status();
  EXPECT_NE(missing.message().find("restore it"), std::string::npos) << missing.ToString();
}

TEST_F(TakesTest, TwoWritersMayWriteRunsOfDifferentLengths) {
  Takes one = Open(), two = Open();
  one.Add(1, Many(0, 100, 7));
  two.Add(1, Many(0, 100, 7));
  one.Add(2, Many(100, 200, 7));
  ASSERT_TRUE(two.WriteRun(1, "w2").ok());
  ASSERT_TRUE(one.WriteRun(2, "w1").ok());
  two.Add(2, Many(100, 200, 7));
  two.Add(3, Many(200, 300, 7));
  ASSERT_TRUE(two.WriteRun(3, "w2").ok());
  Takes takes = Open();
  EXPECT_EQ(takes.covered(), 3);
  EXPECT_EQ(StandingOf(takes, File("in/250", 250, 5), 7), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("in/150", 150, 5), 7), Standing::kKnown);
  EXPECT_EQ(StandingOf(takes, File("in/50", 50, 5), 7), Standing::kKnown);
}

}  // namespace
}  // namespace roost::ledger
