// Kills a process at every call that changes the disk, and opens the store again.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>

#include "base/disk.h"
#include "tests/ledger_store.h"

namespace roost::ledger::testing {
namespace {

// Counts calls that change the disk, and does something at one of them.
class AtCall {
 public:
  explicit AtCall(int at, std::function<disk::Fault()> act) : at_(at), act_(std::move(act)) {
    disk::SetFaultHook([this](disk::Call call, const std::string&) {
      if (!disk::ChangesDisk(call)) return disk::Fault{};
      return count_.fetch_add(1) == at_ ? act_() : disk::Fault{};
    });
  }
  ~AtCall() { disk::SetFaultHook({}); }
  int count() const { return count_; }

 private:
  int at_;
  std::function<disk::Fault()> act_;
  std::atomic<int> count_{0};
};

int CountCalls() {
  Scratch scratch;
  AtCall nothing(-1, [] { return disk::Fault{}; });
  EXPECT_TRUE(RunScript(scratch.path()).ok());
  return nothing.count();
}

// Runs the script in a process of its own that is killed before its call number `at`. False if it
// came to its end before.
bool RunAndKill(const std::string& store, int at) {
  const pid_t child = ::fork();
  if (child == 0) {
    AtCall kill(at, [] {
      ::kill(::getpid(), SIGKILL);
      return disk::Fault{};
    });
    ::_exit(RunScript(store).ok() ? 0 : 1);
  }
  int state = 0;
  ::waitpid(child, &state, 0);
  if (WIFEXITED(state)) {
    EXPECT_EQ(WEXITSTATUS(state), 0);
  }
  return WIFSIGNALED(state);
}

// Opens the store as a new process would, goes on, and looks at everything.
void Recover(const std::string& store) {
  {
    auto ledger = Ledger::Open(TestOptions(store));
    ASSERT_TRUE(ledger.ok()) << ledger.status().ToString();
    Status sound = CheckStore(store);
    ASSERT_TRUE(sound.ok()) << sound.ToString();
    ASSERT_TRUE((*ledger)->Close().ok());
  }
  auto inbox = RunScript(store);
  ASSERT_TRUE(inbox.ok()) << inbox.status().ToString();
  Status complete = CheckComplete(store, *inbox);
  ASSERT_TRUE(complete.ok()) << complete.ToString();
}

TEST(LedgerCrash, TheScriptEndsWithEverythingOnce) {
  Scratch scratch;
  auto inbox = RunScript(scratch.path());
  ASSERT_TRUE(inbox.ok()) << inbox.status().ToString();
  Status complete = CheckComplete(scratch.path(), *inbox);
  EXPECT_TRUE(complete.ok()) << complete.ToString();
}

TEST(LedgerCrash, NothingIsLostOrDoubledWhereverAProcessIsKilled) {
  const int calls = CountCalls();
  ASSERT_GT(calls, 200);
  const int stride = calls / 110;
  for (int at = 0; at < calls; at += stride) {
    SCOPED_TRACE("killed before call " + std::to_string(at) + " of " + std::to_string(calls));
    Scratch scratch;
    ASSERT_TRUE(RunAndKill(scratch.path(), at));
    ASSERT_NO_FATAL_FAILURE(Recover(scratch.path()));
  }
}

}  // namespace
}  // namespace roost::ledger::testing
