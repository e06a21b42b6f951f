// Shows how far a generation has come on one line of standard error; silent if that is no terminal.
//
// [##########          ]  50 %  10,000 of 20,000 files  51,230 files/s  402 MB/s
#pragma once

#include <string>

#include "roost/roost.h"

namespace roost::cli {

/// The line, for progress after `seconds`.
std::string GenerateProgressText(const Progress& progress, double seconds);

class GenerateProgress {
 public:
  explicit GenerateProgress(bool enabled);
  GenerateProgress(const GenerateProgress&) = delete;
  GenerateProgress& operator=(const GenerateProgress&) = delete;
  ~GenerateProgress();

  void Show(const Progress& progress);

 private:
  bool enabled_;
  double started_, shown_ = 0;
};

}  // namespace roost::cli
