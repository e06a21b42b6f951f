// Writes rows and values as JSON for reports and alerts; FindingJson of roost/validate.h, which is
// written here too, does so for the result of a rule.
#pragma once

#include <nlohmann/json.hpp>

#include "roost/validation_report.h"

namespace roost::validate {

nlohmann::ordered_json FailingRowValue(const FailingRow& row);

/// On one line; bytes that are no UTF-8 become U+FFFD.
std::string OneLine(const nlohmann::ordered_json& value);

}  // namespace roost::validate
