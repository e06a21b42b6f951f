// Stops one writer at a call of the disk seam while another goes on: what a stopped process, or a
// slow one, does to others.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/disk.h"

namespace roost::testing {

/// Runs `stopped` in a thread that stops before its call number `at` that changes the disk, then
/// `other` to its end, then lets the first go on. Threads that `stopped` makes do not stop.
class StopAndGo {
 public:
  StopAndGo(
      int at, std::function<void()> stopped, const std::function<void()>& other,
      const std::function<void()>& at_each_call = [] {}) {
    disk::SetFaultHook([this, at, at_each_call](disk::Call call, const std::string&) {
      if (disk::ChangesDisk(call)) at_each_call();
      if (is_stopped_thread && disk::ChangesDisk(call) && count_++ == at) Stop();
      return disk::Fault{};
    });
    std::thread first([&] {
      is_stopped_thread = true;
      stopped();
      std::lock_guard lock(mutex_);
      has_stopped_ = true;  // it came to its end before
      changed_.notify_all();
    });
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return has_stopped_; });
    }
    other();
    {
      std::lock_guard lock(mutex_);
      may_go_ = true;
      changed_.notify_all();
    }
    first.join();
    disk::SetFaultHook({});
  }

 private:
  void Stop() {
    std::unique_lock lock(mutex_);
    has_stopped_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return may_go_; });
  }

  inline static thread_local bool is_stopped_thread = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_stopped_ = false, may_go_ = false;
  int count_ = 0;
};

}  // namespace roost::testing
