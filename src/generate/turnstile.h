// Lets tasks of many threads through one place in the order of their numbers.
//
// Tasks are numbered 0, 1, 2, ...; each passes once. When one fails, those behind it are told to go
// home instead of waiting for ever. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace roost::generate {

class Turnstile {
 public:
  /// Waits until all tasks before `task` have passed, then runs `work` alone. False, and nothing is
  /// run, once the turnstile is closed.
  template <class Work>
  bool Pass(uint64_t task, Work work) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || next_ == task; });
    if (closed_) return false;
    work();
    ++next_;
    changed_.notify_all();
    return true;
  }

  /// Lets nobody through any more.
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t next_ = 0;
  bool closed_ = false;
};

}  // namespace roost::generate
