#include <array>

#include "roost/validation_report.h"

namespace roost {

const char* NameOf(Severity severity) {
  constexpr std::array kNames = {"warning", "error", "critical"};
  return kNames[static_cast<size_t>(severity)];
}

const char* NameOf(Outcome outcome) {
  constexpr std::array kNames = {"passed", "warned", "failed", "not run"};
  return kNames[static_cast<size_t>(outcome)];
}

const char* NameOf(Dimension dimension) {
  constexpr std::array<const char*, kDimensions> kNames = {
      "completeness", "validity",   "uniqueness", "consistency",
      "referential",  "timeliness", "volume"};
  return kNames[static_cast<size_t>(dimension)];
}

}  // namespace roost
