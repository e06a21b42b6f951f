#include "relate/integer_text.h"

#include <fmt/format.h>

#include <chrono>

namespace roost::relate {

namespace {

std::string DateText(int64_t days) {
  std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// Microseconds since 1970.
std::string MomentText(int64_t microseconds) {
  constexpr int64_t kDay = 86400000000;
  int64_t days = microseconds / kDay - (microseconds % kDay < 0);
  int64_t rest = microseconds - days * kDay;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", DateText(days), rest / 3600000000,
                                 rest / 60000000 % 60, rest / 1000000 % 60);
  if (rest % 1000000 != 0) text += fmt::format(".{:06}", rest % 1000000);
  return text;
}

}  // namespace

std::string IntegerText(const Column& column, int64_t integer) {
  constexpr int64_t kFarDays = 4000000;  // year 12921
  if (column.storage == Storage::kDate && std::abs(integer) < kFarDays) return DateText(integer);
  if (column.storage == Storage::kTimestamp && std::abs(integer) / 86400000000 < kFarDays) {
    return MomentText(integer);
  }
  return std::to_string(integer);
}

}  // namespace roost::relate
