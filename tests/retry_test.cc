// Retry's promises: what can be taken now is, once, and what cannot stays; killed at any moment.
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "base/test_folder.h"
#include "roost/roost.h"
#include "roost/upkeep.h"
#include "tests/ledger_store.h"
#include "tests/store_crash.h"
#include "tests/store_looks.h"

namespace roost::testing {
namespace {

namespace fs = std::filesystem;

uint64_t Rejects(const std::string& out) {
  uint64_t rejects = 0;
  for (const auto& reason : LookAtStore(out).ValueOrDie().quarantine) rejects += reason.rejects;
  return rejects;
}

Result<RetryResult> RetryDeeper(const std::string& out) {
  RetryOptions options;
  options.store_dir = out;
  options.threads = 1;
  return Retry(options);
}

/// Two good records, two that are too deep for now, one that is never good, in two files; and one
/// file that is only too deep.
class RetryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string deep = R"({"n":1,"s":[{"x":[{"y":[{"z":5}]}]}]})";
    const std::string half = "{\"n\":0}\n" + deep + "\n{\"n\":tru}\n{\"n\":2}\n";
    IngestOptions options;
    options.inputs = {made_.Write("in/t_1.jsonl", half), made_.Write("in/t_2.json", deep),
                      made_.Write("in/t_3.jsonl", "{\"n\":3}\n" + deep)};
    options.output_dir = made_ / "out";
    options.max_depth = 3;
    options.threads = 1;
    Status status = Ingest(options).status();
    ASSERT_TRUE(status.ok()) << status.ToString();
    ASSERT_EQ(Rejects(made_ / "out"), 4u);
    before_ = Exported(made_ / "out");
    after_ = {{"t_1.jsonl", "{\"n\":0}\n" + deep + "\n{\"n\":2}\n"},
              {"t_2.json", deep + "\n"},
              {"t_3.jsonl", "{\"n\":3}\n" + deep + "\n"}};
    of_kept_bytes_ = after_;
    of_kept_bytes_["t_1.jsonl"] = "{\"n\":0}\n{\"n\":2}\n" + deep + "\n";
  }

  TestFolder made_;
  Files before_, after_, of_kept_bytes_;
};

TEST_F(RetryTest, FilesInPlaceAreReadAgainAndWhatIsGoodNowComesInOnce) {
  const std::string out = made_ / "out";
  auto result = RetryDeeper(out);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->records, 4u);
  EXPECT_EQ(result->records_loaded, 3u);
  EXPECT_EQ(result->records_left, 1u);
  EXPECT_EQ(Exported(out), after_);
  EXPECT_EQ(Rejects(out), 1u);
  ExpectWell(out);
  auto again = RetryDeeper(out);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->version, -1) << "nothing has changed, so nothing is committed";
  EXPECT_EQ(again->records_left, 1u);
}

TEST_F(RetryTest, OfFilesThatAreGoneTheBytesThatWereKeptAreTaken) {
  const std::string out = made_ / "out";
  fs::remove_all(made_ / "in");
  auto result = RetryDeeper(out);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->records_loaded, 3u);
  EXPECT_EQ(result->records_left, 1u);
  EXPECT_EQ(Exported(out), of_kept_bytes_);
  EXPECT_EQ(Rejects(out), 1u);
  ExpectWell(out);
  EXPECT_EQ(RetryDeeper(out).ValueOrDie().version, -1);
}

TEST_F(RetryTest, AFileThatComesBackWithOtherContentReplacesWhatWasTakenFromKeptBytes) {
  const std::string out = made_ / "out";
  const std::string old = BytesOf(made_ / "in/t_1.jsonl");
  fs::remove(made_ / "in/t_1.jsonl");
  ASSERT_TRUE(RetryDeeper(out).ok());
  IngestOptions options;
  options.inputs = {made_.Write("in/t_1.jsonl", old)};
  options.output_dir = out;
  auto known = Ingest(options);
  ASSERT_TRUE(known.ok()) << known.status().ToString();
  EXPECT_EQ(known->files_known, 1u) << "it is what it was";
  options.inputs = {made_.Write("in/t_1.jsonl", "{\"n\":77}\n")};
  auto changed = Ingest(options);
  ASSERT_TRUE(changed.ok()) << changed.status().ToString();
  EXPECT_EQ(changed->files_replaced, 1u);
  EXPECT_EQ(Exported(out)["t_1.jsonl"], "{\"n\":77}\n");
  EXPECT_EQ(Rejects(out), 0u);
  ExpectWell(out);
}

TEST_F(RetryTest, AFileThatWasMendedInPlaceHasNoRejectsAnyMore) {
  const std::string out = made_ / "out";
  made_.Write("in/t_1.jsonl", "{\"n\":0}\n{\"n\":true}\n");
  ASSERT_TRUE(RetryDeeper(out).ok());
  EXPECT_EQ(Exported(out)["t_1.jsonl"], "{\"n\":0}\n{\"n\":true}\n");
  EXPECT_EQ(Rejects(out), 0u);
  ExpectWell(out);
}

TEST_F(RetryTest, ADryRunSaysWhatWouldCome) {
  RetryOptions options;
  options.store_dir = made_ / "out";
  options.dry_run = true;
  auto result = Retry(options);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(result->records_loaded, 3u);
  EXPECT_EQ(result->version, -1);
  EXPECT_EQ(Rejects(made_ / "out"), 4u);
}

class RetryCrash : public RetryTest {
 protected:
  void SetUp() override {
    RetryTest::SetUp();
    fs::remove(made_ / "in/t_1.jsonl");  // one from kept bytes, the others in place
    after_ = of_kept_bytes_;
  }
  static Status Run(const std::string& out) { return RetryDeeper(out).status(); }
  void Recover(const std::string& out) const {
    const Files found = Exported(out);
    ASSERT_TRUE(found == before_ || found == after_);
    Status status = Run(out);
    ASSERT_TRUE(status.ok()) << status.ToString();
    ExpectTaken(out);
    Status clean = ledger::testing::CheckNoGarbage(out);
    EXPECT_TRUE(clean.ok()) << clean.ToString();
  }
  void ExpectTaken(const std::string& out) const {
    EXPECT_EQ(Exported(out), after_);
    EXPECT_EQ(Rejects(out), 1u);
    ExpectWell(out);
  }
  /// Two try again, at the same time.
  void StopEverywhere(int stride) const {
    crash_.StopEverywhere(
        stride, [](const std::string& out, int) { return Run(out); },
        [this](const std::string& out, int) { ExpectTaken(out); });
  }

  const StoreCrash crash_{made_ / "out", Run, [this](const std::string& out) { Recover(out); }};
};
using RetryCrashSlow = RetryCrash;

TEST_F(RetryCrash, WhereverItIsKilledAllOrNothingIsTaken) { crash_.KillEverywhere(20); }
TEST_F(RetryCrashSlow, WhereverItIsKilledAllOrNothingIsTaken) {
  crash_.KillEverywhere(crash_.Calls());
}
TEST_F(RetryCrash, AFailedCallTakesAllOrNothing) {
  crash_.FailEverywhere(ENOSPC, false, 10);
  crash_.FailEverywhere(EIO, true, 6);
}
TEST_F(RetryCrashSlow, AFailedCallTakesAllOrNothing) {
  crash_.FailEverywhere(ENOSPC, false, crash_.Calls());
  crash_.FailEverywhere(EIO, true, crash_.Calls());
}
TEST_F(RetryCrash, APowerCutLosesNothing) { crash_.CutThePower(10, 1); }
TEST_F(RetryCrashSlow, APowerCutLosesNothing) { crash_.CutThePower(400, 2); }
TEST_F(RetryCrash, TwoAtOnceTakeEachRecordOnce) { StopEverywhere(17); }
TEST_F(RetryCrashSlow, TwoAtOnceTakeEachRecordOnce) { StopEverywhere(1); }

}  // namespace
}  // namespace roost::testing
