// Parses a world file.
#pragma once

#include <map>
#include <string>

#include "world/world.h"

namespace roost::world {

/// Parses `text`, a world in YAML; `source` is its name in messages. `parameters` replace those of
/// the file; one that the file does not have is an error. Errors are Invalid: file, line, column,
/// what was expected, what was found, and the nearest name for a misspelt one.
Result<World> ParseWorld(const std::string& text, const std::string& source,
                         const std::map<std::string, double>& parameters);

}  // namespace roost::world
