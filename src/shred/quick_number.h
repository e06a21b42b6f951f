// Reads the numbers that nearly all documents hold, fast: integers of up to 15 digits, and decimals
// of up to 15 digits without exponent. Anything else, valid or not, is left to number.h.
//
// Eight digits at a time by multiplication in one register (D. Lemire, "Quickly parsing eight
// digits", 2018). At most 15 digits and a power of ten up to 10^22 make the division exact to the
// nearest double (W. Clinger, "How to read floating point numbers accurately", 1990).
#pragma once

#include <cstdint>
#include <cstring>

namespace roost::shred {

struct QuickInteger {
  int64_t value;
  const char* end;  // null: not read
};
struct QuickDouble {
  double value;
  const char* end;  // null: not read
};

/// A run of digits at p, of any length; `value` wraps beyond 19.
struct DigitRun {
  uint64_t value;
  const char* end;
};

inline DigitRun ReadDigits(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  uint64_t others =
      ((word + 0x4646464646464646u) | (word - 0x3030303030303030u)) & 0x8080808080808080u;
  unsigned count = others ? static_cast<unsigned>(__builtin_ctzll(others)) >> 3 : 8;
  if (count == 0) return {0, p};
  uint64_t digits = (word - 0x3030303030303030u) << (64 - 8 * count);
  digits = digits * 10 + (digits >> 8);
  digits = (((digits & 0x000000FF000000FFu) * 0x000F424000000064u) +
            (((digits >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u)) >>
           32;
  uint64_t value = static_cast<uint32_t>(digits);
  p += count;
  if (count == 8) [[unlikely]] {
    while (static_cast<unsigned char>(*p - '0') < 10) {
      value = value * 10 + static_cast<uint64_t>(*p++ - '0');
    }
  }
  return {value, p};
}

/// True if the digits [begin, end) are no more than `limit` and have no needless zero in front.
inline bool AreFewDigits(const char* begin, const char* end, int64_t limit) {
  int64_t count = end - begin;
  return count >= 1 && count <= limit && !(*begin == '0' && count > 1);
}

inline QuickInteger ReadQuickInteger(const char* p) {
  bool is_negative = *p == '-';
  const char* begin = p + is_negative;
  DigitRun run = ReadDigits(begin);
  bool goes_on = *run.end == '.' || *run.end == 'e' || *run.end == 'E';
  if (goes_on || !AreFewDigits(begin, run.end, 15) || (is_negative && run.value == 0)) {
    return {0, nullptr};
  }
  auto value = static_cast<int64_t>(run.value);
  return {is_negative ? -value : value, run.end};
}

inline QuickDouble ReadQuickDouble(const char* p) {
  static constexpr uint64_t kPowers[] = {
      1,           10,           100,           1000,           10000,
      100000,      1000000,      10000000,      100000000,      1000000000,
      10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000};
  bool is_negative = *p == '-';
  const char* begin = p + is_negative;
  DigitRun whole = ReadDigits(begin);
  if (!AreFewDigits(begin, whole.end, 15)) return {0, nullptr};
  double value;
  const char* end = whole.end;
  if (*end == '.') {
    DigitRun fraction = ReadDigits(end + 1);
    int64_t digits = fraction.end - (end + 1);
    if (digits < 1 || digits + (whole.end - begin) > 15) return {0, nullptr};
    uint64_t power = kPowers[digits];
    value = static_cast<double>(whole.value * power + fraction.value) / static_cast<double>(power);
    end = fraction.end;
  } else {
    if (is_negative && whole.value == 0) return {0, nullptr};  // -0 is a fraction: number.h knows
    value = static_cast<double>(whole.value);
  }
  if (*end == 'e' || *end == 'E') return {0, nullptr};
  return {is_negative ? -value : value, end};
}

}  // namespace roost::shred
