// Interrupts a run at every call of the disk seam that changes the disk: counts them, fails one,
// kills the process before one.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "base/disk.h"
#include "base/status.h"

namespace roost::testing {

/// Asks `act` with the number of each call that changes the disk.
class AtCalls {
 public:
  explicit AtCalls(std::function<disk::Fault(int, disk::Call, const std::string&)> act) {
    disk::SetFaultHook([this, act = std::move(act)](disk::Call call, const std::string& path) {
      return disk::ChangesDisk(call) ? act(count_.fetch_add(1), call, path) : disk::Fault{};
    });
  }
  ~AtCalls() { disk::SetFaultHook({}); }
  int count() const { return count_; }

 private:
  std::atomic<int> count_{0};
};

/// How many such calls a run makes, which must end well.
inline int CountCallsOf(const std::function<Status()>& run) {
  AtCalls nothing([](int, disk::Call, const std::string&) { return disk::Fault{}; });
  Status status = run();
  EXPECT_TRUE(status.ok()) << status.ToString();
  ::testing::Test::RecordProperty("calls", nothing.count());
  return nothing.count();
}

/// Runs in a process of its own, which is killed before its call number `at`.
inline void RunAndKill(int at, const std::function<Status()>& run) {
  const pid_t child = ::fork();
  if (child == 0) {
    AtCalls kill([at](int call, disk::Call, const std::string&) {
      if (call == at) ::kill(::getpid(), SIGKILL);
      return disk::Fault{};
    });
    ::_exit(run().ok() ? 0 : 1);
  }
  int state = 0;
  ::waitpid(child, &state, 0);
  EXPECT_TRUE(WIFSIGNALED(state)) << "exit code " << WEXITSTATUS(state);
}

}  // namespace roost::testing
