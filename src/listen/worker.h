// Runs one piece of work at a time in a thread of its own, and tells when it is done.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "read/descriptor.h"

namespace roost::listen {

class Worker {
 public:
  enum class Urgency : uint8_t { kUsual, kGivesWay };

  /// kGivesWay: others that want a processor come first, also other threads of the process.
  explicit Worker(Urgency urgency = Urgency::kUsual);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// Waits for the work at hand.
  ~Worker();

  bool is_busy() const { return is_busy_; }
  /// Only if it is not busy. `done` is called by TakeDone, `work` by the thread.
  void Start(std::function<void()> work, std::function<void()> done);
  /// Calls `done` of work that has ended, after which the worker is free.
  void TakeDone();
  /// The same, once it has ended, if it does within `seconds`.
  void Wait(double seconds);

  /// Readable when work has ended.
  int descriptor() const { return wake_.get(); }

 private:
  void Run();

  read::Descriptor wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_, done_;
  bool is_busy_ = false;    // of the caller's thread
  bool has_ended_ = false;  // under the mutex, as are the next and work_
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace roost::listen
