// Writes numbers and times as JSON text, without checks: the caller has made room.
//
// Every function writes at `out` and returns the end of what it wrote.
#pragma once

#include <cstdint>
#include <cstring>

namespace roost::generate {

constexpr int kMaxIntLength = 20;
constexpr int kMaxTimeLength = 27;

namespace internal {
struct TwoDigits {
  char text[200];
  constexpr TwoDigits() : text{} {
    for (int i = 0; i < 100; ++i) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
  }
};
inline constexpr TwoDigits kTwoDigits;
}  // namespace internal

inline char* WriteTwo(char* out, uint32_t value) {
  std::memcpy(out, internal::kTwoDigits.text + 2 * value, 2);
  return out + 2;
}

/// Exactly `width` digits, with zeros in front.
inline char* WriteFilled(char* out, uint64_t value, int width) {
  for (char* at = out + width; at > out; value /= 10) *--at = static_cast<char>('0' + value % 10);
  return out + width;
}

inline char* WriteUnsigned(char* out, uint64_t value) {
  if (value < 100) {
    if (value < 10) {
      *out = static_cast<char>('0' + value);
      return out + 1;
    }
    return WriteTwo(out, static_cast<uint32_t>(value));
  }
  char digits[24];
  char* begin = digits + 24;
  while (value >= 100) {
    begin -= 2;
    WriteTwo(begin, static_cast<uint32_t>(value % 100));
    value /= 100;
  }
  if (value >= 10) {
    begin -= 2;
    WriteTwo(begin, static_cast<uint32_t>(value));
  } else {
    *--begin = static_cast<char>('0' + value);
  }
  auto length = static_cast<size_t>(digits + 24 - begin);
  std::memcpy(out, begin, length);
  return out + length;
}

inline char* WriteInt(char* out, int64_t value) {
  if (value < 0) {
    *out++ = '-';
    return WriteUnsigned(out, 0 - static_cast<uint64_t>(value));
  }
  return WriteUnsigned(out, static_cast<uint64_t>(value));
}

/// `value` / 10^decimals with at least one and no needless digits behind the point: 3.0, 0.25.
char* WriteDecimal(char* out, int64_t value, int decimals);
/// 2026-01-05
char* WriteDate(char* out, int64_t days);
/// 2026-01-05T08:00:00Z, with `fraction_digits` (0, 3 or 6) behind the seconds.
char* WriteTime(char* out, int64_t microseconds, int fraction_digits);

}  // namespace roost::generate
