#include "listen/worker.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>
#include <vector>

namespace roost::listen {
namespace {

TEST(Worker, DoesOnePieceAfterTheOther) {
  Worker worker;
  std::vector<int> done;
  std::thread::id thread;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(worker.is_busy());
    int made = 0;
    worker.Start(
        [&] {
          made = i;
          thread = std::this_thread::get_id();
        },
        [&] { done.push_back(made); });
    EXPECT_TRUE(worker.is_busy());
    worker.Wait(60);
  }
  ASSERT_EQ(done.size(), 100u);
  EXPECT_EQ(done.back(), 99);
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(Worker, TellsThatItHasEnded) {
  Worker worker;
  bool done = false;
  worker.TakeDone();  // nothing to take
  worker.Start([] {}, [&] { done = true; });
  pollfd waiting{worker.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, 10'000), 1);
  EXPECT_FALSE(done);  // until it is asked for
  worker.TakeDone();
  EXPECT_TRUE(done);
  EXPECT_EQ(::poll(&waiting, 1, 0), 0);
}

TEST(Worker, MayStartTheNextPieceWhenOneIsDone) {
  Worker worker;
  int pieces = 0;
  std::function<void()> next = [&] {
    if (++pieces < 3) worker.Start([] {}, next);
  };
  worker.Start([] {}, next);
  while (worker.is_busy()) worker.Wait(60);
  EXPECT_EQ(pieces, 3);
}

TEST(Worker, EndsWithoutAnything) {
  Worker worker;
  worker.Wait(60);
  worker.Start([] {}, [] {});
}

}  // namespace
}  // namespace roost::listen
