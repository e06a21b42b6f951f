// Reads JSON numbers strictly (RFC 8259 §6) and says which slot of a column they belong to.
#pragma once

#include <cstdint>

namespace roost::shred {

enum class NumberKind : uint8_t {
  kBad,       // no number by the grammar
  kInteger,   // no fraction, no exponent, in int64, not -0
  kFraction,  // with fraction or exponent, or -0; finite as a double
  kWhole,     // an integer outside int64, of at most 38 digits
  kHuge,      // anything else: kept as text
};

struct Number {
  NumberKind kind;
  int64_t integer;  // kInteger
  double fraction;  // kFraction: the nearest double
  const char* end;  // first byte behind the number; at kBad the byte that is wrong
};

/// Reads the number that begins at p. There must be 16 readable bytes behind its end.
Number ReadNumber(const char* p);

/// True if a double holds the integer exactly.
inline bool IsExactInDouble(int64_t value) {
  // Casting 2^63 back would be undefined, and it is exact only for the minimum.
  auto as_double = static_cast<double>(value);
  return as_double < 9223372036854775808.0 && static_cast<int64_t>(as_double) == value;
}

}  // namespace roost::shred
