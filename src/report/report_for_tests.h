// For tests: a report of a school in which something broke, and reports of any size and hostility.
#pragma once

#include <string>

#include "roost/validation_report.h"

namespace roost::report {

/// Run 4 of a school: a reference with orphans, an over-full class, ages, a rule that could not
/// run, an anomaly.
ValidationReport SchoolReport();

/// `rules` rules, half of them failing with samples, over `columns` columns; names and values are
/// made of `word`.
ValidationReport LargeReport(size_t rules, size_t columns, const std::string& word);

}  // namespace roost::report
