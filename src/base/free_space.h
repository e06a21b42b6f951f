// Tells how much room a disk has, through the disk seam.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace roost::disk {

/// Bytes that the disk of a folder has left for us.
Result<uint64_t> FreeBytes(const std::string& folder);

}  // namespace roost::disk
