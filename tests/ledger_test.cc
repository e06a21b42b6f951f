#include "ledger/ledger.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <set>

#include "base/test_folder.h"
#include "ledger/pin.h"
#include "ledger/views.h"
#include "tests/ledger_store.h"

namespace roost::ledger::testing {
namespace {

class LedgerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Ledger> Open() const { return Ledger::Open(options_).ValueOrDie(); }

  TestFolder scratch_;
  const std::string& store_ = scratch_.path();
  LedgerOptions options_ = TestOptions(store_);
};

TEST_F(LedgerTest, AColumnThatLeavesOldPartsIsSeenThroughTheView) {
  auto ledger = Open();
  ASSERT_EQ(Ingest(*ledger, {{"a", {1, "a1", false}}}).ValueOrDie(), 1);
  ASSERT_TRUE(AddColumnOnly(*ledger, "students", "b", 2).ok());
  const std::string view = store_ + "/students.parquet";
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(view))
    names.insert(entry.path().filename());
  ASSERT_EQ(names.size(), 3u);
  // The part that readers open first is empty and has all columns.
  EXPECT_EQ(*names.begin(), "part-" + std::string(32, '0') + "-schema-1.parquet");
  EXPECT_TRUE(ReadRows(view + "/" + *names.begin()).ValueOrDie().empty());
}

TEST_F(LedgerTest, APinIsOneCommitOfAllTables) {
  options_.keep_removed_ms = 1'000'000;
  auto ledger = Open();
  Inbox inbox;
  for (int i = 1; i <= 6; ++i) {
    inbox["in/" + std::to_string(i)] = {static_cast<uint64_t>(i), "x", i == 4};
    ASSERT_EQ(Ingest(*ledger, inbox).ValueOrDie(), 1);
    ASSERT_TRUE(AppendForeign(store_, "marks", 1).ok());
    ASSERT_TRUE(ledger->Tidy().ok());
  }
  EXPECT_EQ(PinLatest(store_).ValueOrDie().version, 6);
  for (int version = 1; version <= 6; ++version) {
    const Pin pin = PinAt(store_, version).ValueOrDie();
    for (const auto& [name, table] : pin.tables) {
      size_t ours = 0;
      for (const auto& [path, part] : table.live)
        for (const Row& row : ReadRows(pin.folders.at(name) + "/" + path).ValueOrDie())
          ours += row.id >= 0;
      EXPECT_EQ(ours, static_cast<size_t>(version * kRowsPerFile)) << name << " at " << version;
    }
    EXPECT_EQ(pin.tables.size(), 2u);
  }
  EXPECT_NE(PinAt(store_, 7).status().message().find("the last is 6"), std::string::npos);
}

TEST_F(LedgerTest, CleanedLogsForgetNoFile) {
  options_.keep_log_ms = -1000;
  const Inbox inbox = [&] {
    auto ledger = Open();
    Inbox files;
    for (int i = 1; i <= 20; ++i) {
      files["in/" + std::to_string(i)] = {static_cast<uint64_t>(i), "x", false};
      EXPECT_EQ(Ingest(*ledger, files).ValueOrDie(), 1);
      EXPECT_TRUE(ledger->Tidy().ok());
    }
    return files;
  }();
  EXPECT_FALSE(std::filesystem::exists(store_ + "/_roost/ledger/_delta_log/" + CommitName(1)));
  auto ledger = Open();
  EXPECT_EQ(ledger->version(), 20);
  EXPECT_TRUE(CheckTaken(*ledger, inbox).ok());
  EXPECT_EQ(Ingest(*ledger, inbox).ValueOrDie(), 0);
  EXPECT_EQ(ledger->Table("students").TransactionOf(kApp), 20);
}

TEST_F(LedgerTest, OldPartsAndViewsLiveForAWhileAndThenGo) {
  options_.keep_removed_ms = 1'000'000;
  int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count();
  options_.now_ms = [&] { return now; };
  auto ledger = Open();
  ASSERT_EQ(Ingest(*ledger, {{"a", {1, "a1", false}}}).ValueOrDie(), 1);
  const std::string part = ledger->Table("students").live.begin()->first;
  ASSERT_EQ(Ingest(*ledger, {{"a", {1, "a2", false}}}).ValueOrDie(), 1);
  EXPECT_EQ(ledger->Tidy().ValueOrDie().parts, 0);
  EXPECT_TRUE(std::filesystem::exists(ledger->TableFolder("students") + "/" + part));
  now += 2'000'000;
  const Tidied tidied = ledger->Tidy().ValueOrDie();
  EXPECT_EQ(tidied.parts, 2);
  EXPECT_EQ(tidied.old_views, 2);
  EXPECT_FALSE(std::filesystem::exists(ledger->TableFolder("students") + "/" + part));
  EXPECT_FALSE(std::filesystem::exists(store_ + "/_roost/views/students/0"));
  Status sound = CheckStore(store_);
  EXPECT_TRUE(sound.ok()) << sound.ToString();
}

TEST_F(LedgerTest, ThatAPartWasRemovedIsForgottenInTime) {
  options_.keep_removals_ms = 1'000'000;
  int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count();
  options_.now_ms = [&] { return now; };
  auto ledger = Open();
  auto replace = [&](int from, int to) {
    for (int i = from; i < to; ++i)
      EXPECT_EQ(Ingest(*ledger, {{"a", {1, std::to_string(i), false}}}).ValueOrDie(), 1);
    return ledger->Tidy().ValueOrDie();
  };
  ASSERT_GT(replace(0, 4).checkpoints, 0);
  EXPECT_EQ(ledger->Table("students").removed.size(), 3u);
  now += 2'000'000;
  ASSERT_GT(replace(4, 8).checkpoints, 0);
  EXPECT_EQ(ledger->Table("students").removed.size(), 4u) << "only the later ones";
  ASSERT_TRUE(ledger->Close().ok());
  ledger = Open();
  EXPECT_EQ(ledger->Table("students").removed.size(), 4u);
  Status sound = CheckStore(store_);
  EXPECT_TRUE(sound.ok()) << sound.ToString();
}

TEST_F(LedgerTest, FileNumbersAreGivenOnce) {
  auto one = Open(), two = Open();
  std::set<uint64_t> given;
  for (int i = 0; i < 300; ++i) {
    Ledger& ledger = i % 3 ? *one : *two;
    const uint64_t first = ledger.ReserveNumbers(10).ValueOrDie();
    for (uint64_t number = first; number < first + 10; ++number)
      EXPECT_TRUE(given.insert(number).second);
  }
  EXPECT_FALSE(one->ReserveNumbers(uint64_t{1} << 40).ok());
}

TEST_F(LedgerTest, ACommitThatMakesNoSenseIsRefused) {
  auto ledger = Open();
  auto refusal = [&](std::vector<TableChange> tables) {
    Entry entry;
    entry.tables = std::move(tables);
    return ledger->Commit(entry).status().message();
  };
  const TableSchema schema{"", {{"a", "long", false, {}}}, {}};
  EXPECT_NE(refusal({{"t", {}, {}, {}, false}}).find("no columns yet"), std::string::npos);
  EXPECT_NE(refusal({{"t", {}, {}, schema, false}, {"t", {}, {}, schema, false}}).find("twice"),
            std::string::npos);
  for (const char* name : {"", ".a", "a/b", "_roost/ledger"})
    EXPECT_NE(refusal({{name, {}, {}, schema, false}}).find("cannot be the name"),
              std::string::npos)
        << name;
  EXPECT_EQ(ledger->Refresh().ValueOrDie(), 0);
}

TEST_F(LedgerTest, RecoverySaysWhatItDid) {
  {
    auto ledger = Open();
    EXPECT_EQ(ledger->recovery().writers, 0);
    ASSERT_EQ(Ingest(*ledger, {{"a", {1, "a1", false}}}).ValueOrDie(), 1);
    std::filesystem::remove(store_ + "/marks.parquet");
  }  // no Close: as if it had been killed
  auto ledger = Open();
  EXPECT_EQ(ledger->recovery().writers, 1);
  EXPECT_EQ(ledger->recovery().views, 1);
  EXPECT_EQ(ViewVersion(store_, "marks").ValueOrDie(), 0);
}

}  // namespace
}  // namespace roost::ledger::testing
