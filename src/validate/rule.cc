#include "validate/rule.h"

#include <array>
#include <cstdlib>

namespace roost::validate {

double Literal::number() const { return std::strtod(text.c_str(), nullptr); }

const char* NameOf(Kind kind) {
  constexpr std::array kNames = {
      "not_null",   "null_share", "range",     "set",      "pattern", "length",     "type",
      "expression", "unique",     "reference", "capacity", "compare", "dependency", "freshness",
      "rows",       "volume",     "schema",    "drift",    "files",   "sql",        "anomaly"};
  return kNames[static_cast<size_t>(kind)];
}

bool IsRowRule(Kind kind) {
  switch (kind) {
    case Kind::kNotNull:
    case Kind::kRange:
    case Kind::kSet:
    case Kind::kPattern:
    case Kind::kLength:
    case Kind::kType:
    case Kind::kExpression:
      return true;
    default:
      return false;
  }
}

Dimension DimensionOf(Kind kind) {
  switch (kind) {
    case Kind::kNotNull:
    case Kind::kNullShare:
      return Dimension::kCompleteness;
    case Kind::kUnique:
      return Dimension::kUniqueness;
    case Kind::kReference:
      return Dimension::kReferential;
    case Kind::kFreshness:
      return Dimension::kTimeliness;
    case Kind::kRows:
    case Kind::kVolume:
      return Dimension::kVolume;
    case Kind::kExpression:
    case Kind::kCapacity:
    case Kind::kCompare:
    case Kind::kDependency:
    case Kind::kDrift:
      return Dimension::kConsistency;
    default:
      return Dimension::kValidity;
  }
}

}  // namespace roost::validate
