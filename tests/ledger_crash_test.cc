// Kills, fails, stops and cuts the power of a process at every call that changes the disk, and
// opens the store again: nothing lost, nothing twice.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "base/disk.h"
#include "base/test_folder.h"
#include "ledger/views.h"
#include "tests/ledger_store.h"
#include "tests/power_loss.h"
#include "tests/stop_and_go.h"

namespace roost::ledger::testing {
namespace {

using roost::testing::StopAndGo;

// Calls `act` with the number of each call that changes the disk, from 0.
class AtCalls {
 public:
  explicit AtCalls(std::function<disk::Fault(int)> act) : act_(std::move(act)) {
    disk::SetFaultHook([this](disk::Call call, const std::string&) {
      return disk::ChangesDisk(call) ? act_(count_.fetch_add(1)) : disk::Fault{};
    });
  }
  ~AtCalls() { disk::SetFaultHook({}); }
  int count() const { return count_; }

 private:
  std::function<disk::Fault(int)> act_;
  std::atomic<int> count_{0};
};

int CountCalls(const std::function<Status(const std::string& store)>& run) {
  TestFolder scratch;
  AtCalls nothing([](int) { return disk::Fault{}; });
  Status status = run(scratch.path());
  EXPECT_TRUE(status.ok()) << status.ToString();
  ::testing::Test::RecordProperty("calls", nothing.count());
  return nothing.count();
}

Status Script(const std::string& store) { return RunScript(store).status(); }
Status OpenAlone(const std::string& store) {
  ROOST_ASSIGN(auto ledger, Ledger::Open(TestOptions(store)));
  return ledger->Close();
}

// In a process of its own that is killed before its call number `at`. False if it ended before.
bool RunAndKill(Status (*run)(const std::string&), const std::string& store, int at) {
  const pid_t child = ::fork();
  if (child == 0) {
    AtCalls kill([at](int call) {
      if (call == at) ::kill(::getpid(), SIGKILL);
      return disk::Fault{};
    });
    ::_exit(run(store).ok() ? 0 : 1);
  }
  int state = 0;
  ::waitpid(child, &state, 0);
  if (WIFEXITED(state)) {
    EXPECT_EQ(WEXITSTATUS(state), 0);
  }
  return WIFSIGNALED(state);
}

// Opens the store as a new process would, goes on, and looks at everything.
void Recover(const std::string& store, const Inbox& done = {}) {
  {
    auto ledger = Ledger::Open(TestOptions(store));
    ASSERT_TRUE(ledger.ok()) << ledger.status().ToString();
    Status sound = CheckStore(store);
    ASSERT_TRUE(sound.ok()) << sound.ToString();
    Status kept = CheckTaken(**ledger, done);
    ASSERT_TRUE(kept.ok()) << kept.ToString();
    ASSERT_TRUE((*ledger)->Close().ok());
  }
  auto inbox = RunScript(store);
  ASSERT_TRUE(inbox.ok()) << inbox.status().ToString();
  Status complete = CheckComplete(store, *inbox);
  ASSERT_TRUE(complete.ok()) << complete.ToString();
  Status clean = CheckNoGarbage(store);
  ASSERT_TRUE(clean.ok()) << clean.ToString();
}

TEST(LedgerCrash, TheScriptEndsWithEverythingOnce) {
  TestFolder scratch;
  auto inbox = RunScript(scratch.path());
  ASSERT_TRUE(inbox.ok()) << inbox.status().ToString();
  Status complete = CheckComplete(scratch.path(), *inbox);
  EXPECT_TRUE(complete.ok()) << complete.ToString();
}

// `first` of every `stride` calls.
void KillEverywhere(int first, int stride) {
  const int calls = CountCalls(Script);
  ASSERT_GT(calls, 200);
  for (int at = first; at < calls; at += stride) {
    SCOPED_TRACE("killed before call " + std::to_string(at) + " of " + std::to_string(calls));
    TestFolder scratch;
    ASSERT_TRUE(RunAndKill(Script, scratch.path(), at));
    ASSERT_NO_FATAL_FAILURE(Recover(scratch.path()));
  }
}

TEST(LedgerCrash, NothingIsLostOrDoubledWhereverAProcessIsKilled) {
  KillEverywhere(0, CountCalls(Script) / 100);
}

TEST(LedgerCrashSlow, NothingIsLostOrDoubledWhereverAProcessIsKilled) { KillEverywhere(0, 1); }

// A second process is killed while it recovers from the first one's death.
void KillTwice(int points, uint64_t seed) {
  const int calls = CountCalls(Script);
  std::mt19937_64 random(seed);
  for (int i = 0; i < points; ++i) {
    const int first = static_cast<int>(random() % static_cast<uint64_t>(calls));
    const int second = static_cast<int>(random() % 60);
    SCOPED_TRACE("killed before call " + std::to_string(first) + ", recovery before its call " +
                 std::to_string(second));
    TestFolder scratch;
    ASSERT_TRUE(RunAndKill(Script, scratch.path(), first));
    RunAndKill(OpenAlone, scratch.path(), second);
    ASSERT_NO_FATAL_FAILURE(Recover(scratch.path()));
  }
}

TEST(LedgerCrash, RecoveryMayBeKilledToo) { KillTwice(20, 1); }
TEST(LedgerCrashSlow, RecoveryMayBeKilledToo) { KillTwice(1000, 2); }

// One call fails, before or after it was done; the run may end with an error or go on.
void FailEverywhere(int error, bool after, int first, int stride) {
  const int calls = CountCalls(Script);
  for (int at = first; at < calls; at += stride) {
    SCOPED_TRACE("errno " + std::to_string(error) + (after ? " after" : " at") + " call " +
                 std::to_string(at));
    TestFolder scratch;
    {
      AtCalls fail([&](int call) {
        return call == at ? disk::Fault{error, SIZE_MAX, after} : disk::Fault{};
      });
      std::ignore = RunScript(scratch.path());
    }
    ASSERT_NO_FATAL_FAILURE(Recover(scratch.path()));
  }
}

TEST(LedgerCrash, AFailedCallLosesAndDoublesNothing) {
  FailEverywhere(ENOSPC, false, 3, 17);
  FailEverywhere(EIO, true, 5, 17);
}
TEST(LedgerCrashSlow, AFailedCallLosesAndDoublesNothing) {
  FailEverywhere(ENOSPC, false, 0, 1);
  FailEverywhere(EIO, true, 0, 1);
  FailEverywhere(EACCES, false, 0, 3);
}

std::vector<int> CallsBehindLinks() {
  TestFolder scratch;
  std::vector<int> behind;
  int count = 0;
  bool was_link = false;
  std::mutex mutex;  // parts are synced by several threads
  disk::SetFaultHook([&](disk::Call call, const std::string&) {
    if (!disk::ChangesDisk(call)) return disk::Fault{};
    std::lock_guard lock(mutex);
    if (was_link) behind.push_back(count);
    was_link = call == disk::Call::kLink || call == disk::Call::kRename;
    ++count;
    return disk::Fault{};
  });
  EXPECT_TRUE(Script(scratch.path()).ok());
  disk::SetFaultHook({});
  return behind;
}

// A first process is killed, a second recovers and goes on until the power fails: what the second
// acted on must not be lost although the first had not synced it.
void CutThePower(int points, uint64_t seed) {
  const int calls = CountCalls(Script);
  const std::vector<int> unsynced = CallsBehindLinks();
  std::mt19937_64 random(seed);
  auto below = [&](size_t limit) { return static_cast<int>(random() % limit); };
  for (int i = 0; i < points; ++i) {
    // Half of them where a name is there and not synced yet, and the next process has just begun.
    const bool is_narrow = i % 2 == 0;
    const int first =
        is_narrow ? unsynced[random() % unsynced.size()] : below(static_cast<size_t>(calls));
    const int second = below(is_narrow ? 60 : static_cast<size_t>(calls));
    const uint64_t loss = random();
    SCOPED_TRACE("killed before call " + std::to_string(first) + ", power cut before call " +
                 std::to_string(second) + ", chance " + std::to_string(loss));
    TestFolder before, after;
    roost::testing::PowerLoss power(before.path());
    Inbox done;
    for (int end : {first, second}) {
      std::atomic<int> count{0};
      disk::SetFaultHook([&](disk::Call call, const std::string& path) {
        if (!disk::ChangesDisk(call)) return disk::Fault{};
        if (count.fetch_add(1) >= end) return disk::Fault{EIO};
        power.See(call, path);
        return disk::Fault{};
      });
      std::ignore = RunScript(before.path(), &done);
      disk::SetFaultHook({});
    }
    const std::string store = after.path() + "/store";
    power.Leave(store, loss);
    Status links = CheckLinks(store);
    ASSERT_TRUE(links.ok()) << links.ToString();
    ASSERT_NO_FATAL_FAILURE(Recover(store, done));
  }
}

TEST(LedgerCrash, APowerCutLosesNothingThatWasDone) { CutThePower(60, 3); }
TEST(LedgerCrashSlow, APowerCutLosesNothingThatWasDone) { CutThePower(2000, 4); }

// Looks at the views' links: their versions must never be less than once seen.
class ViewsOnlyAdvance {
 public:
  explicit ViewsOnlyAdvance(std::string store) : store_(std::move(store)) {}
  void Look() {
    std::lock_guard lock(mutex_);
    for (const char* table : {"students", "marks"}) {
      const int64_t version = ViewVersion(store_, table).ValueOrDie();
      auto seen = seen_.try_emplace(table, version).first;
      EXPECT_GE(version, seen->second) << "the view of " << table << " went back";
      seen->second = std::max(version, seen->second);
    }
  }

 private:
  std::string store_;
  std::mutex mutex_;
  std::map<std::string, int64_t> seen_;
};

bool HasLedger(const std::string& store) {
  return disk::Look(store + "/_roost/ledger/_delta_log/00000000000000000000.json").ValueOrDie() ==
         disk::EntryKind::kOther;
}

void StopEverywhere(int first, int stride) {
  const int calls = CountCalls(Script);
  for (int at = first; at < calls; at += stride) {
    SCOPED_TRACE("stopped before call " + std::to_string(at) + " of " + std::to_string(calls));
    TestFolder scratch;
    Status one, two, seen;
    ViewsOnlyAdvance views(scratch.path());
    StopAndGo(
        at, [&] { one = Script(scratch.path()); },
        [&] {
          // A reader sees one commit of all tables, finished or not.
          if (HasLedger(scratch.path())) seen = CheckStore(scratch.path());
          two = Script(scratch.path());
        },
        [&] { views.Look(); });
    ASSERT_TRUE(seen.ok()) << seen.ToString();
    ASSERT_TRUE(two.ok()) << two.ToString();
    ASSERT_TRUE(one.ok()) << one.ToString();
    ASSERT_NO_FATAL_FAILURE(Recover(scratch.path()));
  }
}

TEST(LedgerCrash, AStoppedWriterHoldsNobodyUpAndDoesNoHarm) { StopEverywhere(2, 12); }
TEST(LedgerCrashSlow, AStoppedWriterHoldsNobodyUpAndDoesNoHarm) { StopEverywhere(0, 1); }

// The other one commits twice and removes nothing, so that the stopped one's view is still there.
TEST(LedgerCrash, AStoppedWriterBringsNoOldViewBack) {
  auto ingest = [](const std::string& store, const Inbox& inbox) -> Status {
    ROOST_ASSIGN(auto ledger, Ledger::Open(TestOptions(store)));
    ROOST_TRY(Ingest(*ledger, inbox).status());
    return ledger->Close();
  };
  const Inbox one = {{"in/a.json", {1, "a1", false}}};
  Inbox two = one, three = one;
  two["in/b.json"] = {2, "b1", false};
  three["in/c.json"] = {3, "c1", false};
  const int calls = CountCalls([&](const std::string& store) { return ingest(store, one); });
  for (int at = 0; at < calls; ++at) {
    SCOPED_TRACE("stopped before call " + std::to_string(at));
    TestFolder scratch;
    Status first, second;
    ViewsOnlyAdvance views(scratch.path());
    StopAndGo(
        at, [&] { first = ingest(scratch.path(), one); },
        [&] {
          second = ingest(scratch.path(), two);
          if (second.ok()) second = ingest(scratch.path(), three);
        },
        [&] { views.Look(); });
    ASSERT_TRUE(first.ok()) << first.ToString();
    ASSERT_TRUE(second.ok()) << second.ToString();
    views.Look();
    three.merge(two);
    Status complete = CheckComplete(scratch.path(), three);
    ASSERT_TRUE(complete.ok()) << complete.ToString();
  }
}

// While a writer adds a column and replaces a file, another tool does something to the tables,
// which brings `foreign_rows`.
void InterfereEverywhere(Status (*interfere)(const std::string& store, const std::string& table),
                         int foreign_rows, int stride) {
  auto run = [](const std::string& store, const Inbox& inbox) -> Status {
    ROOST_ASSIGN(auto ledger, Ledger::Open(TestOptions(store)));
    ROOST_TRY(Ingest(*ledger, inbox).status());
    return ledger->Close();
  };
  const Inbox before = {{"in/a.json", {1, "a1", false}}, {"in/b.json", {2, "b1", false}}};
  const Inbox after = {{"in/a.json", {1, "a2", false}},
                       {"in/b.json", {2, "b1", false}},
                       {"in/c.json", {3, "c1", true}}};
  const int calls = CountCalls([&](const std::string& store) -> Status {
    ROOST_TRY(run(store, before));
    return run(store, after);
  });
  for (int at = 0; at < calls; at += stride) {
    SCOPED_TRACE("another tool before call " + std::to_string(at));
    TestFolder scratch;
    ASSERT_TRUE(run(scratch.path(), before).ok());
    Status one, two;
    StopAndGo(
        at, [&] { one = run(scratch.path(), after); },
        [&] {
          for (const char* table : {"students", "marks"})
            if (two.ok()) two = interfere(scratch.path(), table);
        });
    ASSERT_TRUE(two.ok()) << two.ToString();
    ASSERT_TRUE(one.ok()) << one.ToString();
    ASSERT_TRUE(run(scratch.path(), after).ok());  // freshens views
    Status complete = CheckComplete(scratch.path(), after, foreign_rows);
    ASSERT_TRUE(complete.ok()) << complete.ToString();
  }
}

Status Append(const std::string& store, const std::string& table) {
  return AppendForeign(store, table, 3);
}

TEST(LedgerCrash, ForeignAppendsAreKeptAndGetTheNewColumn) { InterfereEverywhere(Append, 3, 4); }
TEST(LedgerCrashSlow, ForeignAppendsAreKeptAndGetTheNewColumn) {
  InterfereEverywhere(Append, 3, 1);
}
TEST(LedgerCrash, ForeignMergesOfOurPartsDoubleNoRow) {
  InterfereEverywhere(OptimizeForeign, 0, 4);
}
TEST(LedgerCrashSlow, ForeignMergesOfOurPartsDoubleNoRow) {
  InterfereEverywhere(OptimizeForeign, 0, 1);
}

}  // namespace
}  // namespace roost::ledger::testing
