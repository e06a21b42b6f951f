// Stops what a connection to DuckDB runs as soon as a function says so, from a thread of its own:
// a statement that runs cannot ask.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "query/library.h"

namespace roost::query {

class Interrupter {
 public:
  /// Asks `should_stop` until it is destroyed; `connection` must live that long.
  Interrupter(duckdb_connection connection, std::function<bool()> should_stop);
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;
  ~Interrupter();

  bool ShouldStop() const { return should_stop_(); }

 private:
  void Watch();

  const duckdb_connection connection_;
  const std::function<bool()> should_stop_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace roost::query
