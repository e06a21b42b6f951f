#include "tests/store_crash.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <random>
#include <tuple>
#include <utility>

#include "base/test_folder.h"
#include "tests/crash_points.h"
#include "tests/power_loss.h"
#include "tests/stop_and_go.h"

namespace roost::testing {

StoreCrash::StoreCrash(std::string store, Run run, Look recover)
    : store_(std::move(store)), run_(std::move(run)), recover_(std::move(recover)) {}

void StoreCrash::CopyTo(const std::string& out) const {
  const std::string command = "cp -a '" + store_ + "' '" + out + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
}

int StoreCrash::Calls() const {
  TestFolder scratch;
  CopyTo(scratch / "out");
  return CountCallsOf([&] { return run_(scratch / "out"); });
}

void StoreCrash::KillEverywhere(int points) const {
  const int calls = Calls();
  ASSERT_GT(calls, 40);
  for (int i = 0; i < points; ++i) {
    const int at = i * calls / points;
    SCOPED_TRACE("killed before call " + std::to_string(at) + " of " + std::to_string(calls));
    TestFolder scratch;
    ASSERT_NO_FATAL_FAILURE(CopyTo(scratch / "out"));
    RunAndKill(at, [&] { return run_(scratch / "out"); });
    ASSERT_NO_FATAL_FAILURE(recover_(scratch / "out"));
  }
}

void StoreCrash::FailEverywhere(int error, bool after, int points) const {
  const int calls = Calls();
  for (int i = 0; i < points; ++i) {
    const int at = i * calls / points;
    SCOPED_TRACE("errno " + std::to_string(error) + (after ? " after" : " at") + " call " +
                 std::to_string(at));
    TestFolder scratch;
    ASSERT_NO_FATAL_FAILURE(CopyTo(scratch / "out"));
    {
      AtCalls fail([&](int call, disk::Call, const std::string&) {
        return call == at ? disk::Fault{error, SIZE_MAX, after} : disk::Fault{};
      });
      std::ignore = run_(scratch / "out");
    }
    ASSERT_NO_FATAL_FAILURE(recover_(scratch / "out"));
  }
}

void StoreCrash::CutThePower(int points, uint64_t seed) const {
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
      std::ignore = run_(before / "out");
      power.Leave(after / "left", loss);
    }
    ASSERT_NO_FATAL_FAILURE(recover_(after / "left/out"));
  }
}

void StoreCrash::StopEverywhere(
    int stride, const std::function<Status(const std::string& out, int at)>& other,
    const std::function<void(const std::string& out, int at)>& look) const {
  const int calls = Calls();
  for (int at = 0; at < calls; at += stride) {
    SCOPED_TRACE("stopped before call " + std::to_string(at) + " of " + std::to_string(calls));
    TestFolder scratch;
    ASSERT_NO_FATAL_FAILURE(CopyTo(scratch / "out"));
    Status one, two;
    StopAndGo(at, [&] { one = run_(scratch / "out"); }, [&] { two = other(scratch / "out", at); });
    ASSERT_TRUE(one.ok()) << one.ToString();
    ASSERT_TRUE(two.ok()) << two.ToString();
    ASSERT_NO_FATAL_FAILURE(look(scratch / "out", at));
  }
}

}  // namespace roost::testing
