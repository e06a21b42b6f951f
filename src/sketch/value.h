// Brings single values to the one form in which columns are compared.
//
// 7, 7.0 and "7" are the same value; texts lose white space around them; "", "null", "none", "n/a"
// and "\N" count as null, uuids do not know upper case. Only texts that an integer is written as
// become one: "007" and "+7" stay texts. Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "sketch/value_hash.h"

namespace roost::sketch {

struct Value {
  enum class Kind : uint8_t { kNull, kInteger, kFraction, kText };

  Kind kind = Kind::kNull;
  uint64_t hash = kNullHash;
  int64_t integer = 0;    // kInteger
  double fraction = 0;    // kFraction
  std::string_view text;  // kText; not owned
};

inline Value ValueOfInteger(int64_t integer) {
  return {Value::Kind::kInteger, HashOfInteger(integer), integer, 0, {}};
}
Value ValueOfDouble(double number);
Value ValueOfText(std::string_view text);

}  // namespace roost::sketch
