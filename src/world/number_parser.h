// Parses how numbers are drawn, and the kinds of field that are whole or broken numbers.
#pragma once

#include <string>

#include "world/world.h"
#include "yaml/yaml_reader.h"

namespace roost::world {

using yaml::YamlReader;

/// A number, or a mapping with `between` and one of normal, lognormal, exponential, power; or with
/// weights alone.
Distribution ParseDistribution(YamlReader& reader, const YAML::Node& node, const std::string& what);

/// The kind `int` (whole) or `number`.
FieldKind ParseNumber(YamlReader& reader, const YAML::Node& node, bool whole);
FieldKind ParseSequence(YamlReader& reader, const YAML::Node& node);
FieldKind ParseIndex(YamlReader& reader, const YAML::Node& node);

}  // namespace roost::world
