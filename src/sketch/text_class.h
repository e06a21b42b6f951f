// Tells what a text looks like: a date, a uuid, a code, a phrase.
//
// Looks at form alone, at most at the first 80 bytes. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace roost::sketch {

enum class TextClass : uint8_t {
  kEmpty,
  kInteger,    // 007 too, which is no number to us
  kDecimal,    // 1.50
  kDate,       // 2024-02-29, 29.2.2024, 2/29/24
  kTime,       // 12:30, 12:30:59.5
  kTimestamp,  // a date and a time
  kUuid,
  kHexadecimal,  // 16 digits or more
  kEmail,
  kUrl,
  kWord,    // letters
  kCode,    // letters, digits, - _ . : / without a space
  kPhrase,  // with spaces
  kOther,
};
constexpr size_t kTextClasses = 14;

TextClass ClassOf(std::string_view text);
std::string_view NameOf(TextClass text_class);

/// How many texts had each class.
using TextClassCounts = std::array<uint64_t, kTextClasses>;

}  // namespace roost::sketch
