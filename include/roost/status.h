// Gives roost::Status and roost::Result, which are Arrow's.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

namespace roost {

using arrow::Result;
using arrow::Status;

}  // namespace roost
