// Parses the fields of a world file: one mapping each, whose kind is named by one of its keys.
#pragma once

#include <vector>

#include "world/world.h"
#include "yaml/yaml_reader.h"

namespace roost::world {

using yaml::YamlReader;

/// Parses `{name: {kind: ..., null: 0.1}, ...}` in the order of the file. Failures are left in
/// `reader`; names are checked later, when all tables are known.
std::vector<Field> ParseFields(YamlReader& reader, const YAML::Node& node);

}  // namespace roost::world
