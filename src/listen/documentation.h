// Keeps relations and documentation of a store fresh, within bounds. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace roost::listen {

/// Writes them anew. An error says that they were left out because there are too many values or
/// columns for `memory_bytes` or the time, or why they could not be written.
Status DocumentStore(const std::string& output_dir, uint64_t memory_bytes, unsigned threads);

}  // namespace roost::listen
