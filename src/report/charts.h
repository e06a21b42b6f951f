// Draws small charts as inline SVG. Colours come from the page's classes; each chart says in words
// what it shows, for who cannot see it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "roost/validation_report.h"

namespace roost::report {

/// A line of shares over the runs, the last one marked. Two values or more.
std::string Sparkline(const std::vector<double>& shares);

/// Bars of a column's values between its least and its greatest.
std::string Histogram(const std::vector<HistogramBin>& bins);

/// A bar filled to `share` of its width; `css_class` colours it.
std::string Meter(double share, std::string_view css_class);

}  // namespace roost::report
