#include "shred/time_text.h"

#include <cstring>

namespace roost::shred {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Eight characters that stand for numbers of two digits: byte i of `pairs` is the number whose
/// first digit is character i.
struct DigitPairs {
  uint64_t pairs;
  bool fits;
  unsigned at(int i) const { return static_cast<unsigned>(pairs >> (8 * i)) & 0xff; }
};

/// Eight characters to be read: a digit where the text has '0', else the same.
struct Pattern {
  uint64_t model = 0;
  // Added to a byte, it sets the high bit of what is above 9 in place of a digit, above 0
  // elsewhere.
  uint64_t limit = 0;

  consteval explicit Pattern(const char (&text)[9]) {
    for (int i = 7; i >= 0; --i) {
      model = model << 8 | static_cast<unsigned char>(text[i]);
      limit = limit << 8 | (text[i] == '0' ? 0x76 : 0x7f);
    }
  }
};
constexpr Pattern kYearMonth("0000-00-"), kMonthDay("00-00-00"), kClock("00:00:00");

inline DigitPairs ReadPairs(const char* p, const Pattern& pattern) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  uint64_t digits = word ^ pattern.model;
  bool fits = (((digits + pattern.limit) | digits) & 0x8080808080808080u) == 0;
  return {digits * 10 + (digits >> 8), fits};
}

int64_t DaysFromCivil(int year, unsigned month, unsigned day) {
  year -= month <= 2;
  int era = (year >= 0 ? year : year - 399) / 400;
  auto year_of_era = static_cast<unsigned>(year - era * 400);
  unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097LL + static_cast<int64_t>(day_of_era) - 719468;
}

unsigned DaysInMonth(int year, unsigned month) {
  static constexpr uint8_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + static_cast<unsigned>(month == 2 && leap);
}

void PutDigits(char* out, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

/// What stands behind the seconds: [.fraction][Z|+00:00]. Returns false if it is anything else.
bool ParseTail(const char* p, const char* end, TimestampText& value) {
  TimeFormat& format = value.format;
  if (p < end && *p == '.') {
    const char* first = ++p;
    int64_t fraction = 0;
    while (p < end && IsDigit(*p) && p - first < 7) fraction = fraction * 10 + (*p++ - '0');
    auto digits = static_cast<int>(p - first);
    if (digits < 1 || digits > 6) return false;
    format.fraction_digits = static_cast<uint8_t>(digits);
    format.saw_zero = fraction == 0;
    for (int i = digits; i < 6; ++i) fraction *= 10;
    value.micros += fraction;
  } else {
    format.saw_bare = true;
  }
  if (p == end) return true;
  if (end - p == 1 && *p == 'Z') {
    format.suffix = 1;
    return true;
  }
  format.suffix = 2;
  return end - p == 6 && std::memcmp(p, "+00:00", 6) == 0;
}

}  // namespace

std::optional<int32_t> ParseDate(const char* text, size_t length) {
  if (length != kDateLength) return std::nullopt;
  DigitPairs front = ReadPairs(text, kYearMonth), back = ReadPairs(text + 2, kMonthDay);
  unsigned month = front.at(5), day = back.at(6);
  if (!front.fits || !back.fits || month - 1 > 11 || day - 1 > 30) return std::nullopt;
  int year = static_cast<int>(front.at(0) * 100 + front.at(2));
  if (year == 0 || (day > 28 && day > DaysInMonth(year, month))) return std::nullopt;
  return static_cast<int32_t>(DaysFromCivil(year, month, day));
}

std::optional<TimestampText> ParseTimestamp(const char* text, size_t length) {
  std::optional<TimestampText> parsed;  // the one that is returned: copying it would wait for it
  if (length < 19 || length > kMaxTimestampLength) return parsed;
  if (text[10] != 'T' && text[10] != ' ') return parsed;
  std::optional<int32_t> days = ParseDate(text, kDateLength);
  DigitPairs time = ReadPairs(text + 11, kClock);
  unsigned hour = time.at(0), minute = time.at(3), second = time.at(6);
  if (!days || !time.fits || hour > 23 || minute > 59 || second > 59) return parsed;
  TimestampText& value = parsed.emplace();
  value.format.separator = text[10];
  value.micros = (*days * kSecondsPerDay + hour * 3600 + minute * 60 + second) * kMicrosPerSecond;
  if (!ParseTail(text + 19, text + length, value)) parsed.reset();
  return parsed;
}

std::optional<TimeFormat> MergeFormats(const TimeFormat& a, const TimeFormat& b) {
  if (a.separator != b.separator || a.suffix != b.suffix) return std::nullopt;
  TimeFormat merged = a;
  if (merged.fraction_digits == 0) merged.fraction_digits = b.fraction_digits;
  if (b.fraction_digits != 0 && b.fraction_digits != merged.fraction_digits) return std::nullopt;
  merged.saw_bare |= b.saw_bare;
  merged.saw_zero |= b.saw_zero;
  if (merged.saw_bare && merged.saw_zero) return std::nullopt;
  return merged;
}

void FormatDate(int32_t days, char* out) {
  int64_t z = static_cast<int64_t>(days) + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  auto day_of_era = static_cast<unsigned>(z - era * 146097);
  unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  unsigned shifted = (5 * day_of_year + 2) / 153;
  unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
  unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  auto year = static_cast<unsigned>(era * 400 + year_of_era + (month <= 2));
  PutDigits(out, year, 4);
  out[4] = out[7] = '-';
  PutDigits(out + 5, month, 2);
  PutDigits(out + 8, day, 2);
}

size_t FormatTimestamp(int64_t micros, const TimeFormat& format, char* out) {
  constexpr int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;
  int64_t days = micros / kMicrosPerDay, rest = micros % kMicrosPerDay;
  if (rest < 0) rest += kMicrosPerDay, --days;
  FormatDate(static_cast<int32_t>(days), out);
  auto seconds = static_cast<unsigned>(rest / kMicrosPerSecond);
  auto fraction = static_cast<unsigned>(rest % kMicrosPerSecond);
  out[10] = format.separator;
  PutDigits(out + 11, seconds / 3600, 2);
  PutDigits(out + 14, seconds / 60 % 60, 2);
  PutDigits(out + 17, seconds % 60, 2);
  out[13] = out[16] = ':';
  size_t length = 19;
  if (format.fraction_digits != 0 && !(format.saw_bare && fraction == 0)) {
    out[length++] = '.';
    for (int i = format.fraction_digits; i < 6; ++i) fraction /= 10;
    PutDigits(out + length, fraction, format.fraction_digits);
    length += format.fraction_digits;
  }
  if (format.suffix == 1) out[length++] = 'Z';
  if (format.suffix == 2) std::memcpy(out + length, "+00:00", 6), length += 6;
  return length;
}

}  // namespace roost::shred
