#include "generate/digits.h"

namespace roost::generate {

namespace {

constexpr uint64_t kPowers[] = {1,       10,        100,        1'000,       10'000,
                                100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

struct Civil {
  int64_t year;
  uint32_t month, day;
};

// Hinnant's days-to-civil: years begin in March, so that leap days come last.
Civil CivilFromDays(int64_t days) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  auto day_of_era = static_cast<uint32_t>(days - era * 146097);
  uint32_t year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  uint32_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
  uint32_t month = (5 * day_of_year + 2) / 153;
  uint32_t day = day_of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  return {static_cast<int64_t>(year) + era * 400 + (month <= 2), month, day};
}

}  // namespace

char* WriteDecimal(char* out, int64_t value, int decimals) {
  if (value < 0) {
    *out++ = '-';
    value = -value;
  }
  uint64_t power = kPowers[decimals], number = static_cast<uint64_t>(value);
  out = WriteUnsigned(out, number / power);
  *out++ = '.';
  out = WriteFilled(out, number % power, decimals);
  for (int i = decimals; i > 1 && out[-1] == '0'; --i) --out;
  return out;
}

char* WriteDate(char* out, int64_t days) {
  Civil civil = CivilFromDays(days);
  out = WriteFilled(out, static_cast<uint64_t>(civil.year), 4);
  *out++ = '-';
  out = WriteTwo(out, civil.month);
  *out++ = '-';
  return WriteTwo(out, civil.day);
}

char* WriteTime(char* out, int64_t microseconds, int fraction_digits) {
  constexpr int64_t kDay = 86'400'000'000;
  int64_t days = microseconds / kDay, rest = microseconds % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  out = WriteDate(out, days);
  *out++ = 'T';
  auto seconds = static_cast<uint32_t>(rest / 1'000'000);
  out = WriteTwo(out, seconds / 3600);
  *out++ = ':';
  out = WriteTwo(out, seconds / 60 % 60);
  *out++ = ':';
  out = WriteTwo(out, seconds % 60);
  if (fraction_digits > 0) {
    *out++ = '.';
    uint64_t fraction = static_cast<uint64_t>(rest % 1'000'000) / kPowers[6 - fraction_digits];
    out = WriteFilled(out, fraction, fraction_digits);
  }
  *out++ = 'Z';
  return out;
}

}  // namespace roost::generate
