// Writes a small file whole, or leaves what was there.
#pragma once

#include <string>

#include "base/status.h"

namespace roost::relate {

Status ReplaceFile(const std::string& path, const std::string& text);

}  // namespace roost::relate
