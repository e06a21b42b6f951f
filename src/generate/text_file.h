// Reads a small text file.
#pragma once

#include <string>

#include "base/status.h"

namespace roost::generate {

/// The whole file; an IOError names it and the reason.
Result<std::string> ReadTextFile(const std::string& path);

}  // namespace roost::generate
