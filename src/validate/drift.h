// Measures how far a column's values have moved since another run.
//
// Numbers: the Wasserstein-1 distance between the two distributions, by their quantiles, in units
// of the earlier one's distance between quartiles. Anything else: the Jensen-Shannon divergence (0
// to 1) of the frequent values, all others taken together. Beside them the population stability
// index, over ten bins or those values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "roost/validation_report.h"

namespace roost::validate {

/// What is remembered of a column.
struct ColumnShape {
  std::vector<std::pair<double, double>> quantiles;  // share, value; of numbers, from 0 to 1
  std::map<std::string, double> values;              // frequent ones; share of the values

  bool is_empty() const { return quantiles.empty() && values.empty(); }
};
/// Of numbers by quantiles and histogram together.
ColumnShape ShapeOf(const ColumnProfile& profile);

/// Of each column of each table.
using Shapes = std::map<std::string, std::map<std::string, ColumnShape>>;
/// From the JSON report of a run, or the one of a folder that was judged; a Status says what is
/// wrong with the file.
Result<Shapes> ReadShapes(const std::string& report_or_folder);

/// Nothing where the two cannot be compared: numbers with texts, or with no values at all.
std::optional<DriftFigures> DriftBetween(const ColumnShape& before, const ColumnShape& now);

}  // namespace roost::validate
