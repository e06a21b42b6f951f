// Retry's promises: what can be taken now is, once, and what cannot stays; killed at any moment.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <tuple>

#include "base/test_folder.h"
#include "roost/roost.h"
#include "roost/upkeep.h"
#include "tests/crash_points.h"
#include "tests/ledger_store.h"
#include "tests/power_loss.h"
#include "tests/stop_and_go.h"

namespace roost::testing {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;  // name -> bytes

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Files Exported(const std::string& out) {
  TestFolder back;
  auto exported = Export({out, back / "back", false});
  EXPECT_TRUE(exported.ok()) << exported.status().ToString();
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(back / "back"))
    if (entry.is_regular_file()) files[entry.path().filename()] = BytesOf(entry.path());
  return files;
}

void ExpectWell(const std::string& out) {
  VerifyOptions options;
  options.store_dir = out;
  auto verified = Verify(options);
  ASSERT_TRUE(verified.ok()) << verified.status().ToString();
  for (const StoreProblem& problem : verified->problems)
    ADD_FAILURE() << problem.where << ": " << problem.what;
}

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
  void CopyTo(const std::string& out) const {
    const std::string command = "cp -a '" + made_ / "out" + "' '" + out + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
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
  int Calls() const {
    TestFolder scratch;
    CopyTo(scratch / "out");
    return CountCallsOf([&] { return Run(scratch / "out"); });
  }
  void Recover(const std::string& out) const {
    const Files found = Exported(out);
    ASSERT_TRUE(found == before_ || found == after_);
    Status status = Run(out);
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(Exported(out), after_);
    EXPECT_EQ(Rejects(out), 1u);
    ExpectWell(out);
    Status clean = ledger::testing::CheckNoGarbage(out);
    EXPECT_TRUE(clean.ok()) << clean.ToString();
  }

  void KillEverywhere(int points) {
    const int calls = Calls();
    ASSERT_GT(calls, 40);
    for (int i = 0; i < points; ++i) {
      const int at = i * calls / points;
      SCOPED_TRACE("killed before call " + std::to_string(at) + " of " + std::to_string(calls));
      TestFolder scratch;
      ASSERT_NO_FATAL_FAILURE(CopyTo(scratch / "out"));
      RunAndKill(at, [&] { return Run(scratch / "out"); });
      ASSERT_NO_FATAL_FAILURE(Recover(scratch / "out"));
    }
  }

  void FailEverywhere(int error, bool after, int points) {
    const int calls = Calls();
    for (int i = 0; i < points; ++i) {
      const int at = i * calls / points;
      SCOPED_TRACE("errno " + std::to_string(error) + " at call " + std::to_string(at));
      TestFolder scratch;
      ASSERT_NO_FATAL_FAILURE(CopyTo(scratch / "out"));
      {
        AtCalls fail([&](int call, disk::Call, const std::string&) {
          return call == at ? disk::Fault{error, SIZE_MAX, after} : disk::Fault{};
        });
        std::ignore = Run(scratch / "out");
      }
      ASSERT_NO_FATAL_FAILURE(Recover(scratch / "out"));
    }
  }

  void CutThePower(int points, uint64_t seed) {
    const int calls = Calls();
    std::mt19937_64 random(seed);
    for (int i = 0; i < points; ++i) {
      const int end = static_cast<int>(random() % static_cast<uint64_t>(calls));
      const uint64_t loss = random();
      SCOPED_TRACE("power cut before call " + std::to_string(end) + ", chance " +
                   std::to_string(loss));
      TestFolder before, after;
      ASSERT_NO_FATAL_FAILURE(CopyTo(before / "out"));
      {
        PowerLoss power(before.path());
        power.SeeAllSynced();
        AtCalls cut([&](int call, disk::Call what, const std::string& path) {
          if (call >= end) return disk::Fault{EIO};
          power.See(what, path);
          return disk::Fault{};
        });
        std::ignore = Run(before / "out");
        power.Leave(after / "left", loss);
      }
      ASSERT_NO_FATAL_FAILURE(Recover(after / "left/out"));
    }
  }

  /// Two try again, at the same time.
  void StopEverywhere(int stride) {
    const int calls = Calls();
    for (int at = 0; at < calls; at += stride) {
      SCOPED_TRACE("stopped before call " + std::to_string(at) + " of " + std::to_string(calls));
      TestFolder scratch;
      ASSERT_NO_FATAL_FAILURE(CopyTo(scratch / "out"));
      Status one, other;
      StopAndGo(at, [&] { one = Run(scratch / "out"); }, [&] { other = Run(scratch / "out"); });
      ASSERT_TRUE(one.ok()) << one.ToString();
      ASSERT_TRUE(other.ok()) << other.ToString();
      EXPECT_EQ(Exported(scratch / "out"), after_);
      EXPECT_EQ(Rejects(scratch / "out"), 1u);
      ExpectWell(scratch / "out");
    }
  }
};
using RetryCrashSlow = RetryCrash;

TEST_F(RetryCrash, WhereverItIsKilledAllOrNothingIsTaken) { KillEverywhere(20); }
TEST_F(RetryCrashSlow, WhereverItIsKilledAllOrNothingIsTaken) { KillEverywhere(Calls()); }
TEST_F(RetryCrash, AFailedCallTakesAllOrNothing) {
  FailEverywhere(ENOSPC, false, 10);
  FailEverywhere(EIO, true, 6);
}
TEST_F(RetryCrashSlow, AFailedCallTakesAllOrNothing) {
  FailEverywhere(ENOSPC, false, Calls());
  FailEverywhere(EIO, true, Calls());
}
TEST_F(RetryCrash, APowerCutLosesNothing) { CutThePower(10, 1); }
TEST_F(RetryCrashSlow, APowerCutLosesNothing) { CutThePower(400, 2); }
TEST_F(RetryCrash, TwoAtOnceTakeEachRecordOnce) { StopEverywhere(17); }
TEST_F(RetryCrashSlow, TwoAtOnceTakeEachRecordOnce) { StopEverywhere(1); }

}  // namespace
}  // namespace roost::testing
