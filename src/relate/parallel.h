// Runs independent tasks on a few threads, until somebody wants it to stop.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/status.h"

namespace roost::relate {

/// Who works, and until when.
struct Crew {
  unsigned threads = 2;
  std::function<bool()> should_stop = {};  // asked by all threads; may be empty

  /// Cancelled if the work is to end.
  Status CheckStop() const {
    return should_stop && should_stop() ? Status::Cancelled("stopped before the end")
                                        : Status::OK();
  }
};

/// Calls run(0) .. run(count - 1), each once, on the threads of `crew`; returns the failure of the
/// first task that failed, in task order, and starts no further ones then. It asks before each task
/// whether to stop.
template <typename Run>
Status ForEachTask(size_t count, const Crew& crew, Run run) {
  std::vector<Status> statuses(count);
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  auto work = [&] {
    for (size_t task = next++; task < count && !failed; task = next++) {
      statuses[task] = crew.CheckStop();
      if (statuses[task].ok()) statuses[task] = run(task);
      if (!statuses[task].ok()) failed = true;
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(crew.threads, count); ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  for (const Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return Status::OK();
}

}  // namespace roost::relate
