// Measures how far a column's values have moved since another run.
//
// Numbers: the Wasserstein-1 distance between the two distributions, by their quantiles, in units
// of the earlier one's distance between quartiles. Texts: the Jensen-Shannon divergence (0 to 1) of
// the frequent values, all others taken together.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "roost/validation_report.h"

namespace roost::validate {

/// What is remembered of a column.
struct ColumnShape {
  std::vector<std::pair<double, double>> quantiles;  // share, value
  std::map<std::string, double> values;              // frequent ones; share of the values
};
ColumnShape ShapeOf(const ColumnProfile& profile);

/// Nothing where the two cannot be compared.
std::optional<double> DriftBetween(const ColumnShape& before, const ColumnShape& now);

}  // namespace roost::validate
