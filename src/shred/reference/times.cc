#include "shred/reference/times.h"

#include <algorithm>

namespace roost::shred::reference {
namespace {

/// The number that these digits write, or -1.
int ReadDigits(std::string_view text) {
  int number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return text.empty() ? -1 : number;
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int year = ReadDigits(text.substr(0, 4)), month = ReadDigits(text.substr(5, 2)),
            day = ReadDigits(text.substr(8, 2));
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (year < 1 || month < 1 || month > 12) return false;
  return day >= 1 && day <= kDays[month - 1] + (leap && month == 2 ? 1 : 0);
}

bool IsClock(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return false;
  const int hour = ReadDigits(text.substr(0, 2)), minute = ReadDigits(text.substr(3, 2)),
            second = ReadDigits(text.substr(6, 2));
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

struct Timestamp {
  char separator;
  std::string_view suffix, fraction;
};

std::optional<Timestamp> ReadTimestamp(std::string_view text) {
  if (text.size() < 19 || !IsDate(text.substr(0, 10)) || !IsClock(text.substr(11, 8))) return {};
  Timestamp time{text[10], "", ""};
  if (time.separator != 'T' && time.separator != ' ') return {};
  std::string_view rest = text.substr(19);
  for (std::string_view suffix : {"Z", "+00:00"}) {
    if (rest.ends_with(suffix)) {
      time.suffix = suffix;
      rest.remove_suffix(suffix.size());
    }
  }
  if (rest.empty()) return time;
  time.fraction = rest.substr(1);
  if (rest[0] != '.' || time.fraction.size() > 6 || ReadDigits(time.fraction) < 0) return {};
  return time;
}

}  // namespace

TextType TypeOfTexts(const std::vector<std::string_view>& texts) {
  if (std::all_of(texts.begin(), texts.end(), IsDate)) return {FinalType::kDate, {}};
  TimeFormat format;
  std::optional<Timestamp> first;
  for (std::string_view text : texts) {
    const std::optional<Timestamp> time = ReadTimestamp(text);
    if (!time) return {};
    if (!first) first = time;
    if (time->separator != first->separator || time->suffix != first->suffix) return {};
    const auto digits = static_cast<uint8_t>(time->fraction.size());
    if (digits == 0) {
      format.saw_bare = true;
    } else {
      if (format.fraction_digits != 0 && format.fraction_digits != digits) return {};
      format.fraction_digits = digits;
      format.saw_zero |= ReadDigits(time->fraction) == 0;
    }
  }
  if (format.saw_bare && format.saw_zero) return {};
  format.separator = first->separator;
  format.suffix = first->suffix.empty() ? 0 : first->suffix == "Z" ? 1 : 2;
  return {format.suffix == 0 ? FinalType::kTimestampLocal : FinalType::kTimestampUtc, format};
}

std::string CanonicalTime(std::string_view text, const TextType& type) {
  if (type.type == FinalType::kDate) return std::string(text);
  std::string fraction(ReadTimestamp(text)->fraction);
  fraction.resize(6, '0');
  return std::string(text.substr(0, 10)) + "T" + std::string(text.substr(11, 8)) + "." + fraction +
         (type.type == FinalType::kTimestampUtc ? "Z" : "");
}

}  // namespace roost::shred::reference
