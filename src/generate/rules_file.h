// Writes _rules.yaml: what is true of a world's documents when no fault is planted.
#pragma once

#include <string>

#include "generate/program.h"

namespace roost::generate {

/// The rules of all tables as YAML: keys, uniqueness, references, capacities, counts, ranges,
/// nulls, and the world's own conditions. docs/worlds.md shows one.
std::string RulesText(const std::vector<Program>& programs);

}  // namespace roost::generate
