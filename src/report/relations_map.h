// Draws tables and their references: what is referred to stands left of what refers to it.
#pragma once

#include <string>
#include <vector>

#include "roost/validation_report.h"

namespace roost::report {

/// Beyond so many tables a map helps nobody, and the list alone is shown.
constexpr size_t kMostMappedTables = 40;

/// Inline SVG; empty where there are no references, or too many tables.
std::string RelationsMap(const ValidationReport& report);

}  // namespace roost::report
