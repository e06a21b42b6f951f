#include "query/interrupter.h"

#include <chrono>

namespace roost::query {

namespace {

constexpr std::chrono::milliseconds kPause(50);  // between two questions

}  // namespace

Interrupter::Interrupter(duckdb_connection connection, std::function<bool()> should_stop)
    : connection_(connection),
      should_stop_(std::move(should_stop)),
      thread_(&Interrupter::Watch, this) {}

Interrupter::~Interrupter() {
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
  }
  ending_.notify_one();
  thread_.join();
}

void Interrupter::Watch() {
  std::unique_lock lock(mutex_);
  while (!ending_.wait_for(lock, kPause, [this] { return ends_; })) {
    // Again and again: each statement that begins forgets it.
    if (should_stop_()) duckdb_interrupt(connection_);
  }
}

}  // namespace roost::query
