// Runs independent tasks on a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "base/status.h"

namespace roost::relate {

/// Calls run(0) .. run(count - 1), each once, on up to `threads` threads; returns the failure of
/// the first task that failed, in task order, and starts no further ones then.
template <typename Run>
Status ForEachTask(size_t count, unsigned threads, Run run) {
  std::vector<Status> statuses(count);
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  auto work = [&] {
    for (size_t task = next++; task < count && !failed; task = next++) {
      statuses[task] = run(task);
      if (!statuses[task].ok()) failed = true;
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(threads, count); ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  for (const Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return Status::OK();
}

}  // namespace roost::relate
