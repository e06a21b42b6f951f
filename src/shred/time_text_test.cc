#include "shred/time_text.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace roost::shred {
namespace {

std::optional<int32_t> Date(const std::string& text) { return ParseDate(text.data(), text.size()); }
std::optional<TimestampText> Timestamp(const std::string& text) {
  return ParseTimestamp(text.data(), text.size());
}

bool IsLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

TEST(TimeText, EveryDayOfTenThousandYearsIsNumberedInOrder) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t expected = *Date("0001-01-01");
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      int days = kDays[month - 1] + (month == 2 && IsLeap(year));
      for (int day = 1; day <= 31; ++day) {
        char text[40];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        auto number = ParseDate(text, kDateLength);
        ASSERT_EQ(number.has_value(), day <= days) << text;
        if (!number) continue;
        ASSERT_EQ(*number, expected++) << text;
        char back[kDateLength];
        FormatDate(*number, back);
        ASSERT_EQ(std::string(back, kDateLength), text);
      }
    }
  }
  EXPECT_EQ(*Date("1970-01-01"), 0);
}

TEST(TimeText, AnyOtherByteMakesItNoTimestamp) {
  const std::string good = "2026-11-24T17:03:59Z";
  ASSERT_TRUE(Timestamp(good));
  for (size_t place = 0; place < 19; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[place] = static_cast<char>(byte);
      bool is_digit = byte >= '0' && byte <= '9';
      bool takes_digit = good[place] >= '0' && good[place] <= '9';
      auto value = Timestamp(text);
      if (place == 10) {
        EXPECT_EQ(value.has_value(), byte == 'T' || byte == ' ') << text;
      } else if (!takes_digit) {
        EXPECT_EQ(value.has_value(), text == good) << text;
      } else if (!is_digit) {
        EXPECT_FALSE(value) << text;
      }
      if (!value) continue;
      char back[kMaxTimestampLength];
      EXPECT_EQ(std::string(back, FormatTimestamp(value->micros, value->format, back)), text);
    }
  }
}

TEST(TimeText, RefusesWhatNoClockShows) {
  for (const char* text : {"0000-01-01", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10",
                           "2024-01-00", "2024-04-31", "2024-1-01", "20240101", "2024-01-01 "}) {
    EXPECT_FALSE(Date(text)) << text;
  }
  for (const char* text :
       {"2024-01-01T24:00:00", "2024-01-01T00:60:00", "2024-01-01T00:00:60", "2024-01-01T00:00:00.",
        "2024-01-01T00:00:00.1234567", "2024-01-01T00:00:00+01:00", "2024-01-01T00:00:00z"}) {
    EXPECT_FALSE(Timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace roost::shred
