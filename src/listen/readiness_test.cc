#include "listen/readiness.h"

#include <gtest/gtest.h>

#include <cmath>

namespace roost::listen {
namespace {

/// A file that lives through a test, and the clock.
class Readying : public testing::Test {
 protected:
  static constexpr int64_t kStart = 1'800'000'000'000'000'000;

  Moment now() const { return {steady_, kStart + static_cast<int64_t>(steady_ * 1e9)}; }
  void Pass(double seconds) { steady_ += seconds; }
  void Grow(uint64_t bytes = 10) {
    look_.facts.bytes += bytes;
    Touch();
    look_.facts.modified_ns = look_.changed_ns;
  }
  void Touch() { look_.changed_ns = now().wall_ns; }
  void See(bool is_closed = false) { readiness_.See("f", look_, is_closed, now()); }
  bool IsReady() { return !Take().empty(); }
  std::vector<ReadyFile> Take() { return readiness_.TakeReady(10); }
  /// Looks whenever it is asked to; the seconds until the file is ready, -1 if nothing is planned.
  double SecondsToReady() {
    const double from = steady_;
    for (int looks = 0; looks < 100; ++looks) {
      taken_ = Take();
      if (!taken_.empty()) return steady_ - from;
      const double next = readiness_.next_look();
      if (std::isinf(next)) return -1;
      steady_ = std::max(steady_, next);
      for (const std::string& path : readiness_.NextLooks(now(), 10)) {
        EXPECT_EQ(path, "f");
        See();
      }
    }
    return -2;
  }

  void SetUp() override {
    look_.facts.inode = 1;
    look_.facts.mode = 0644;
    Grow();
  }

  double steady_ = 1000;
  FileLook look_;
  std::vector<ReadyFile> taken_;
  Readiness readiness_{ReadinessOptions{}};
};

TEST_F(Readying, AClosedFileIsReadyAtOnce) {
  See(true);
  EXPECT_TRUE(IsReady());
  EXPECT_FALSE(IsReady());  // in hand
}

TEST_F(Readying, AFileThatNobodyClosedIsReadyWhenItHasSettled) {
  See();
  EXPECT_FALSE(IsReady());
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
}

TEST_F(Readying, EachChangeStartsTheSettleTimeAnew) {
  See();
  Pass(1.5);
  Grow();
  See();
  Pass(1.5);
  Grow();
  See();
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
}

TEST_F(Readying, AnOldFileNeedsNoSecondLook) {
  Pass(3);
  See();
  EXPECT_TRUE(IsReady());
}

TEST_F(Readying, AFileThatWasJustRenamedIsNotOld) {
  Pass(100);
  Touch();
  See();
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
}

TEST_F(Readying, TimesOfAnotherClockAreNotTrusted) {
  readiness_ = Readiness({.trusts_times = false});
  Pass(1000);
  See();
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
}

TEST_F(Readying, AClockThatJumpsBackDelaysNothing) {
  look_.facts.modified_ns += int64_t{3600} * 1'000'000'000;
  See();
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
}

TEST_F(Readying, AfterAChangeAnEarlierCloseCountsNoMore) {
  See(true);
  Grow();
  See();
  EXPECT_FALSE(IsReady());
}

// HTCondor: grown with mode 0600, closed, then 0644.
TEST_F(Readying, APrivateFileIsReadyWithItsRightMode) {
  look_.facts.mode = 0600;
  See();
  Grow();
  See(true);
  EXPECT_FALSE(IsReady());
  EXPECT_EQ(readiness_.Counts()[static_cast<size_t>(Pending::kPrivate)], 1u);
  Pass(0.001);
  look_.facts.mode = 0644;
  Touch();
  See();
  EXPECT_TRUE(IsReady());
}

TEST_F(Readying, APrivateFileIsReadyAfterAMinute) {
  look_.facts.mode = 0600;
  See(true);
  EXPECT_NEAR(SecondsToReady(), 60, 1e-6);
}

TEST_F(Readying, AnOldPrivateFileIsReadyAtOnce) {
  look_.facts.mode = 0600;
  Pass(61);
  See();
  EXPECT_TRUE(IsReady());
}

TEST_F(Readying, ATornFileIsTakenAsItIsAfterItsLooks) {
  See(true);
  ASSERT_FALSE(Take().at(0).as_it_is);
  readiness_.NoteTorn("f", now());
  EXPECT_NEAR(SecondsToReady(), 1 + 2 + 4, 1e-6);
  EXPECT_TRUE(taken_.at(0).as_it_is);
}

TEST_F(Readying, ATornFileThatChangesIsTriedAnew) {
  See(true);
  Take();
  readiness_.NoteTorn("f", now());
  Pass(1);
  See();
  Pass(2);
  Grow();
  See(true);
  ASSERT_EQ(Take().size(), 1u);
  readiness_.NoteTorn("f", now());
  EXPECT_NEAR(SecondsToReady(), 7, 1e-6);  // all its looks again
}

TEST_F(Readying, EventsAloneAreNoLooks) {
  See(true);
  Take();
  readiness_.NoteTorn("f", now());
  for (int i = 0; i < 10; ++i) See(true);
  EXPECT_FALSE(IsReady());
  EXPECT_NEAR(SecondsToReady(), 7, 1e-6);
}

TEST_F(Readying, PausesEndAtTheLongest) {
  readiness_ = Readiness({.first_pause_seconds = 20, .max_retries = 5});
  See(true);
  Take();
  readiness_.NoteTorn("f", now());
  EXPECT_NEAR(SecondsToReady(), 20 + 40 + 60 + 60 + 60, 1e-6);
}

TEST_F(Readying, AnUnreadableFileIsTriedOnAndNeverTakenAsItIs) {
  See(true);
  for (double pause : {1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0}) {
    const auto taken = Take();
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_FALSE(taken[0].as_it_is);
    readiness_.NoteUnreadable("f", now());
    EXPECT_EQ(readiness_.GivenUp(10).size(), pause > 4 ? 1u : 0u);
    EXPECT_EQ(readiness_.HasHope(), pause <= 4);
    Pass(pause - 0.01);
    See();
    EXPECT_FALSE(IsReady());
    Pass(0.02);
    See();
  }
}

TEST_F(Readying, AJobsFileWaitsForItsEnd) {
  look_.facts.mode = 0600;
  See(true);
  readiness_.SeeJob("f", {1, 2}, JobStanding::kRunning, now());
  look_.facts.mode = 0644;
  See(true);
  Pass(1000);
  See();
  EXPECT_EQ(SecondsToReady(), -1);
  readiness_.SeeJob("f", {1, 2}, JobStanding::kDone, now());
  const auto taken = Take();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].job, (JobId{1, 2}));
}

TEST_F(Readying, AJobThatIsOverNeedsNoSettling) {
  look_.facts.mode = 0600;
  See();
  readiness_.SeeJob("f", {1, 2}, JobStanding::kDone, now());
  EXPECT_TRUE(IsReady());
}

TEST_F(Readying, AFileOfAKilledJobFollowsTheUsualRules) {
  See();
  readiness_.SeeJob("f", {1, 2}, JobStanding::kRunning, now());
  readiness_.SeeJob("f", {1, 2}, JobStanding::kKilled, now());
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
  EXPECT_EQ(taken_.at(0).job, std::nullopt);
}

TEST_F(Readying, AFileThatAnotherIsToTakeIsReadyLater) {
  See(true);
  readiness_.Hold("f", steady_ + 7, now());
  EXPECT_FALSE(IsReady());
  Pass(3);
  See(true);
  readiness_.Hold("f", steady_ + 7, now());  // counts once
  EXPECT_NEAR(SecondsToReady(), 4, 1e-6);
}

TEST_F(Readying, WhatChangedInHandIsSeenAgain) {
  See(true);
  Take();
  See(true);
  EXPECT_FALSE(readiness_.NoteTaken("f"));
  See(true);
  Take();
  Grow();
  See(true);
  EXPECT_TRUE(readiness_.NoteTaken("f"));
  EXPECT_EQ(readiness_.size(), 0u);
}

TEST_F(Readying, AFileThatChangedWhileItWasReadSettlesAgain) {
  See(true);
  Take();
  Grow();
  readiness_.NoteChanged("f", look_, now());
  EXPECT_NEAR(SecondsToReady(), 2, 1e-6);
}

TEST_F(Readying, AFileThatIsGoneIsForgotten) {
  See();
  readiness_.Forget("f");
  EXPECT_EQ(SecondsToReady(), -1);
  See(true);
  readiness_.Forget("f");
  EXPECT_FALSE(IsReady());
}

}  // namespace
}  // namespace roost::listen
