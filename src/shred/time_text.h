// Reads dates and timestamps from text and writes them back, byte for byte.
//
// Only text that can be written back from its value and a TimeFormat counts: YYYY-MM-DD, and that
// plus T or a space, HH:MM:SS, a fraction of 1-6 digits or none, and Z, +00:00 or nothing. Years
// 0001-9999, real days of the proleptic Gregorian calendar, seconds 00-59. Days from civil dates:
// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "shred/column.h"

namespace roost::shred {

struct TimestampText {
  int64_t micros;     // since 1970-01-01T00:00:00
  TimeFormat format;  // of this one value
};

/// Days since 1970-01-01 of "YYYY-MM-DD". Reads `length` bytes only.
std::optional<int32_t> ParseDate(const char* text, size_t length);
std::optional<TimestampText> ParseTimestamp(const char* text, size_t length);

/// The format that covers both, if one does: the fraction may be left out where it is zero, if it
/// then always is.
std::optional<TimeFormat> MergeFormats(const TimeFormat& a, const TimeFormat& b);

/// True if merging `value` into `column` would change nothing.
inline bool Covers(const TimeFormat& column, const TimeFormat& value) {
  return column.separator == value.separator && column.suffix == value.suffix &&
         (value.fraction_digits == 0 || column.fraction_digits == value.fraction_digits) &&
         (column.saw_bare || !value.saw_bare) && (column.saw_zero || !value.saw_zero);
}

constexpr size_t kDateLength = 10;
constexpr size_t kMaxTimestampLength = 32;
/// Writes 10 bytes.
void FormatDate(int32_t days, char* out);
/// Writes at most kMaxTimestampLength bytes and returns how many.
size_t FormatTimestamp(int64_t micros, const TimeFormat& format, char* out);

}  // namespace roost::shred
