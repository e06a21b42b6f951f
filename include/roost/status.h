// Gives roost::Status and roost::Result, which are Arrow's, and lists the exit codes of the
// program; scripts rely on them.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

namespace roost {

using arrow::Result;
using arrow::Status;

enum class ExitCode : int {
  kOk = 0,
  kRuleFailed = 1,     // a rule failed; under --strict: a record was quarantined
  kUsage = 2,          // wrong flags, or a faulty rule, world or hints file
  kUnreadable = 3,     // input, disk or store cannot be read or written
  kRuleNotRun = 4,     // a rule could not run
  kScoreTooLow = 5,    // below --min-score
  kBug = 70,           // a fault in roost itself
  kInterrupted = 130,  // stopped by a signal; nothing was written
};

}  // namespace roost
