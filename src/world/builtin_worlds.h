// Holds the worlds that ship inside the binary: school, pool and shop.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::world {

/// The built-in world's YAML text; Invalid names the worlds that there are.
Result<std::string_view> BuiltinWorld(const std::string& name);
std::vector<std::string> BuiltinWorldNames();

}  // namespace roost::world
