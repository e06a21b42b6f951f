// Checks that the names in a world mean something: what refers to what, and stands above it.
#pragma once

#include "world/world.h"
#include "yaml/yaml_reader.h"

namespace roost::world {

using yaml::YamlReader;

/// Leaves the first unknown or misplaced name in `reader`.
void CheckNames(const World& world, YamlReader& reader);

}  // namespace roost::world
