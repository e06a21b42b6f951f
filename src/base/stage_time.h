// Adds the time that an object lives to a sum.
#pragma once

#include <chrono>

namespace roost {

class StageTime {
 public:
  /// `seconds` outlives the object.
  explicit StageTime(double& seconds) : seconds_(seconds) {}
  StageTime(const StageTime&) = delete;
  StageTime& operator=(const StageTime&) = delete;
  ~StageTime() {
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  double& seconds_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace roost
