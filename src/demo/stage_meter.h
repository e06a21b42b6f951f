// Measures how long a step takes and how much memory is resident during it.
//
// The kernel keeps the most that was ever resident (VmHWM) and lets a process set it back to what
// is resident now (/proc/self/clear_refs); before that, memory that is free is given back. So a
// step is charged what it holds together with what the program holds anyway, and not what steps
// before it held.
#pragma once

#include <chrono>
#include <cstdint>

namespace roost::demo {

class StageMeter {
 public:
  StageMeter();
  double Seconds() const;
  uint64_t PeakMemoryBytes() const;
  uint64_t MemoryBeforeBytes() const { return memory_before_bytes_; }
  /// False where the system does not let itself be set back: then the peak is that of all so far.
  bool IsExact() const { return is_exact_; }

 private:
  bool is_exact_ = false;
  uint64_t memory_before_bytes_ = 0;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace roost::demo
