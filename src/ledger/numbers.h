// Hands out file numbers, each once: blocks that are reserved, put if absent, before files are
// read.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace roost::ledger {

/// Reserves `count` numbers for `writer` in the store at `top`. The first of them; gaps are fine.
Result<uint64_t> ReserveNumbers(const std::string& top, uint64_t count, const std::string& writer);

}  // namespace roost::ledger
