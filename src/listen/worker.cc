#include "listen/worker.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace roost::listen {

namespace {

constexpr int kStepsBack = 10;

/// Of the calling thread, and of those that it starts. No harm where it may not be.
void GiveWay() {
  const auto thread = static_cast<id_t>(::gettid());
  const int now = ::getpriority(PRIO_PROCESS, thread);
  (void)::setpriority(PRIO_PROCESS, thread, now + kStepsBack);
}

}  // namespace

Worker::Worker(Urgency urgency)
    : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this, urgency] {
        if (urgency == Urgency::kGivesWay) GiveWay();
        Run();
      }) {}

Worker::~Worker() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::Start(std::function<void()> work, std::function<void()> done) {
  is_busy_ = true;
  done_ = std::move(done);
  {
    std::lock_guard lock(mutex_);
    work_ = std::move(work);
  }
  changed_.notify_all();
}

void Worker::TakeDone() {
  {
    std::lock_guard lock(mutex_);
    if (!has_ended_) return;
    has_ended_ = false;
  }
  uint64_t count;
  [[maybe_unused]] const ssize_t ignored = ::read(wake_.get(), &count, sizeof count);
  is_busy_ = false;
  std::exchange(done_, {})();
}

void Worker::Wait(double seconds) {
  if (!is_busy_) return;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return has_ended_; });
  }
  TakeDone();
}

void Worker::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || work_; });
    if (!work_) return;
    const std::function<void()> work = std::exchange(work_, {});
    lock.unlock();
    work();
    lock.lock();
    has_ended_ = true;
    changed_.notify_all();
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(wake_.get(), &one, sizeof one);
  }
}

}  // namespace roost::listen
