// Writes the result of a rule as JSON: alike in reports, in alerts and in the history.
#pragma once

#include <nlohmann/json.hpp>

#include "roost/validation_report.h"

namespace roost::validate {

/// docs/formats/data_quality_report.schema.json, "rule".
nlohmann::ordered_json FindingValue(const RuleResult& rule);

nlohmann::ordered_json FailingRowValue(const FailingRow& row);

/// On one line; bytes that are no UTF-8 become U+FFFD.
std::string OneLine(const nlohmann::ordered_json& value);

}  // namespace roost::validate
