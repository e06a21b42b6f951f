// Asks the clocks.
#pragma once

#include <chrono>

#include "listen/readiness.h"

namespace roost::listen {

/// Seconds of a clock that never jumps.
inline double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline Moment MomentNow() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return {Now(), std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count()};
}

}  // namespace roost::listen
