// Keeps relations and documentation of a store fresh, within bounds.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/status.h"

namespace roost::listen {

/// Writes them anew. An error says that they were left out because there are too many values or
/// columns for `memory_bytes` or the time, or why they could not be written. `should_stop` is
/// polled by all threads.
Status DocumentStore(const std::string& output_dir, uint64_t memory_bytes, unsigned threads,
                     const std::function<bool()>& should_stop);

}  // namespace roost::listen
