// Refuses a processor that lacks the instructions roost was compiled for.
//
// Release binaries for x86-64 use AVX2, BMI2 and their company (the level x86-64-v3: Intel Haswell
// of 2013, AMD Excavator of 2015, and later). Without this check an older processor ends the
// program with "illegal instruction". Elsewhere there is nothing to check.
#pragma once

#include "roost/status.h"

namespace roost {

/// Returns OK, or Invalid with the names of the instructions that this processor lacks.
/// Call it first in main: everything after it may use them. Safe from any thread.
Status CheckCpu();

}  // namespace roost
