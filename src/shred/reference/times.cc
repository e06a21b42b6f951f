#include "shred/reference/times.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <mutex>
#include <regex>

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

namespace {

/// A format as a regular expression with a group for each directive.
struct PatternText {
  std::regex regex;
  std::string directives;  // a letter for each group
  int offset_minutes = 0;
  bool has_offset = false;
  bool may_lack_fraction = false;
};

std::string GroupOf(char directive, bool is_padded, const std::string& digits) {
  static const std::map<char, std::pair<std::string, std::string>> kNumbers = {
      {'m', {"0[1-9]|1[0-2]", "[1-9]|1[0-2]"}},
      {'d', {"0[1-9]|[12][0-9]|3[01]", "[1-9]|[12][0-9]|3[01]"}},
      {'H', {"[01][0-9]|2[0-3]", "[0-9]|1[0-9]|2[0-3]"}},
      {'I', {"0[1-9]|1[0-2]", "[1-9]|1[0-2]"}},
      {'M', {"[0-5][0-9]", "[0-9]|[1-5][0-9]"}},
      {'S', {"[0-5][0-9]", "[0-9]|[1-5][0-9]"}}};
  static const std::map<char, std::string> kOthers = {
      {'Y', "[0-9]{4}"},
      {'y', "[0-9]{2}"},
      {'p', "AM|PM"},
      {'b', "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"},
      {'B',
       "January|February|March|April|May|June|July|August|September|October|November|December"},
      {'a', "Sun|Mon|Tue|Wed|Thu|Fri|Sat"},
      {'A', "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"}};
  if (directive == 'f') return "[0-9]{" + (digits.empty() ? "6" : digits) + "}";
  const auto number = kNumbers.find(directive);
  if (number == kNumbers.end()) return kOthers.at(directive);
  return is_padded ? number->second.first : number->second.second;
}

void NoteOffset(const std::string& literal, PatternText& to) {
  static const std::regex kOffset(" *(Z|UTC|GMT|([+-])([0-9]{2}):?([0-9]{2})) *");
  std::smatch parts;
  if (!std::regex_match(literal, parts, kOffset)) return;
  to.has_offset = true;
  if (!parts[2].matched) return;
  const int minutes = std::stoi(parts[3]) * 60 + std::stoi(parts[4]);
  to.offset_minutes = parts[2] == "-" ? -minutes : minutes;
}

PatternText MakePattern(const std::string& pattern) {
  static const std::regex kPart("%(-?)([0-9]?)([A-Za-z%\\[\\]])|\\[|\\]|[^%\\[\\]]+");
  PatternText made;
  std::string text;
  const auto add_literal = [&](const std::string& literal) {
    NoteOffset(literal, made);
    for (char c : literal)
      text += std::isalnum(static_cast<unsigned char>(c)) || c == ' ' ? std::string(1, c)
                                                                      : std::string("\\") + c;
  };
  for (std::sregex_iterator part(pattern.begin(), pattern.end(), kPart), end; part != end; ++part) {
    const std::string directive = (*part)[3];
    if (part->str() == "[") {
      text += "(?:";
      made.may_lack_fraction = true;
    } else if (part->str() == "]") {
      text += ")?";
    } else if (directive.empty() || std::string("%[]").find(directive) != std::string::npos) {
      add_literal(directive.empty() ? part->str() : directive);
    } else {
      text += "(" + GroupOf(directive[0], (*part)[1].length() == 0, (*part)[2]) + ")";
      made.directives += directive[0];
    }
  }
  made.regex = std::regex(text);
  return made;
}

const PatternText& PatternOf(const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, PatternText> known;
  const std::lock_guard lock(mutex);
  auto found = known.find(pattern);
  if (found == known.end()) found = known.emplace(pattern, MakePattern(pattern)).first;
  return found->second;
}

int PlaceOf(const std::string& name, const std::string& names) {
  return static_cast<int>(names.find(name.substr(0, 3)) / 3);
}

}  // namespace

FinalType TypeOfPattern(const std::string& pattern) {
  const PatternText& known = PatternOf(pattern);
  if (known.directives.find_first_of("HI") == std::string::npos) return FinalType::kDate;
  return known.has_offset ? FinalType::kTimestampUtc : FinalType::kTimestampLocal;
}

std::optional<int64_t> ReadByPattern(const std::string& text, const std::string& pattern) {
  const PatternText& known = PatternOf(pattern);
  std::smatch parts;
  if (!std::regex_match(text, parts, known.regex)) return {};
  std::tm time{};
  int64_t micros = 0;
  int weekday = -1;
  bool is_afternoon = false, is_twelve_hours = false;
  for (size_t i = 0; i < known.directives.size(); ++i) {
    const std::string part = parts[i + 1];
    switch (known.directives[i]) {
      case 'Y':
        time.tm_year = std::stoi(part) - 1900;
        break;
      case 'y':
        time.tm_year = std::stoi(part) + (std::stoi(part) < 69 ? 100 : 0);
        break;
      case 'm':
        time.tm_mon = std::stoi(part) - 1;
        break;
      case 'b':
      case 'B':
        time.tm_mon = PlaceOf(part, "JanFebMarAprMayJunJulAugSepOctNovDec");
        break;
      case 'a':
      case 'A':
        weekday = PlaceOf(part, "SunMonTueWedThuFriSat");
        break;
      case 'd':
        time.tm_mday = std::stoi(part);
        break;
      case 'I':
        is_twelve_hours = true;
        [[fallthrough]];
      case 'H':
        time.tm_hour = std::stoi(part);
        break;
      case 'p':
        is_afternoon = part == "PM";
        break;
      case 'M':
        time.tm_min = std::stoi(part);
        break;
      case 'S':
        time.tm_sec = std::stoi(part);
        break;
      default:
        // Left out, it is zero; a zero that could have been left out is written otherwise.
        if (!parts[i + 1].matched) break;
        micros = std::stoi((part + "000000").substr(0, 6));
        if (micros == 0 && known.may_lack_fraction) return {};
    }
  }
  if (is_twelve_hours) time.tm_hour = time.tm_hour % 12 + (is_afternoon ? 12 : 0);
  const std::tm wanted = time;
  const int64_t seconds = timegm(&time);
  const bool is_real = time.tm_mday == wanted.tm_mday && wanted.tm_year > -1900;
  if (!is_real || (weekday >= 0 && weekday != time.tm_wday)) return {};
  return (seconds - known.offset_minutes * int64_t{60}) * 1'000'000 + micros;
}

std::string CanonicalTimeOf(const std::string& text, const std::string& pattern) {
  const int64_t micros = *ReadByPattern(text, pattern);
  const int64_t fraction = (micros % 1'000'000 + 1'000'000) % 1'000'000;
  const std::time_t seconds = (micros - fraction) / 1'000'000;
  std::tm time{};
  gmtime_r(&seconds, &time);
  char date[32], rest[48];
  std::snprintf(date, sizeof date, "%04d-%02d-%02d", time.tm_year + 1900, time.tm_mon + 1,
                time.tm_mday);
  const FinalType type = TypeOfPattern(pattern);
  if (type == FinalType::kDate) return date;
  std::snprintf(rest, sizeof rest, "T%02d:%02d:%02d.%06d%s", time.tm_hour, time.tm_min, time.tm_sec,
                static_cast<int>(fraction), type == FinalType::kTimestampUtc ? "Z" : "");
  return std::string(date) + rest;
}

}  // namespace roost::shred::reference
