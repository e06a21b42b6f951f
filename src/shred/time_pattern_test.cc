#include "shred/time_pattern.h"

#include <gtest/gtest.h>

namespace roost::shred {
namespace {

TimePattern Pattern(const std::string& text) {
  Result<TimePattern> pattern = TimePattern::Make(text);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status().ToString();
  return pattern.ok() ? *pattern : TimePattern();
}

TEST(TimePattern, ReadsWhatItWrites) {
  struct Case {
    const char *format, *text;
    int64_t value;
  };
  constexpr int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;
  const Case cases[] = {
      {"%Y-%m-%d", "1970-01-02", 1},
      {"%d.%m.%y", "31.12.69", -1},
      {"%m/%d/%y", "01/01/68", 35794},
      {"%-d/%-m/%Y", "2/1/1970", 1},
      {"%d %B %Y", "01 March 1970", 59},
      {"%Y-%m-%d %H:%M", "1970-01-01 00:01", 60 * kSecond},
      {"%Y-%m-%dT%H:%M:%SZ", "1969-12-31T23:59:59Z", -kSecond},
      {"%Y-%m-%dT%H:%M:%S.%3f+02:00", "1970-01-01T02:00:00.250+02:00", 250'000},
      {"%a %b %d %H:%M:%S +0000 %Y", "Wed Oct 10 20:19:24 +0000 2018",
       17814 * kDay + 73164 * kSecond},
      {"%m/%d/%Y %I:%M:%S %p", "01/02/1970 12:00:05 AM", kDay + 5 * kSecond},
      {"%-m/%-d/%Y %-I:%M %p", "1/2/1970 1:30 PM", kDay + 13 * 3600 * kSecond + 1800 * kSecond},
      {"%Y-%m-%d %H:%M:%S[.%f]", "1970-01-01 00:00:00", 0},
      {"%Y-%m-%d %H:%M:%S[.%f]", "1970-01-01 00:00:00.000001", 1},
      {"%[%d/%b/%Y:%H:%M:%S -0700%]", "[10/Oct/2000:13:55:36 -0700]",
       11240 * kDay + 75336 * kSecond},
      {"100%% %Y%m%d", "100% 20240229", 19782},
  };
  for (const Case& each : cases) {
    TimePattern pattern = Pattern(each.format);
    std::optional<int64_t> value = pattern.Parse(each.text);
    ASSERT_TRUE(value) << each.format << " of " << each.text;
    EXPECT_EQ(*value, each.value) << each.format;
    std::string back;
    pattern.Format(*value, back);
    EXPECT_EQ(back, each.text);
  }
}

TEST(TimePattern, TakesOnlyWhatItWouldWrite) {
  const std::pair<const char*, const char*> cases[] = {
      {"%Y-%m-%d", "2024-02-30"},
      {"%Y-%m-%d", "2024-2-03"},
      {"%Y-%m-%d", "2024-02-03 "},
      {"%Y-%m-%d", "0000-01-01"},
      {"%Y-%m-%d", ""},
      {"%-d.%m.%Y", "03.01.2024"},
      {"%Y-%m-%d %H:%M", "2024-01-01 24:00"},
      {"%Y-%m-%d %H:%M:%S", "2024-01-01 00:00:60"},
      {"%a %d %b %Y", "Mon 10 Oct 2018"},
      {"%Y-%m-%d %I %p", "2024-01-01 00 AM"},
      {"%Y-%m-%d %I %p", "2024-01-01 13 PM"},
      {"%Y-%m-%d %I %p", "2024-01-01 01 pm"},
      {"%Y-%m-%d %H:%M:%S[.%f]", "2024-01-01 00:00:00.000000"},
      {"%Y-%m-%d %H:%M:%S[.%f]", "2024-01-01 00:00:00.5"},
  };
  for (auto [format, text] : cases) EXPECT_FALSE(Pattern(format).Parse(text)) << format << text;
}

TEST(TimePattern, ItsTypeIsSaidByItsParts) {
  EXPECT_EQ(Pattern("%Y-%m-%d").type(), FinalType::kDate);
  EXPECT_EQ(Pattern("%Y-%m-%d %H").type(), FinalType::kTimestampLocal);
  EXPECT_EQ(Pattern("%Y-%m-%d %H UTC").type(), FinalType::kTimestampUtc);
  EXPECT_EQ(Pattern("%Y-%m-%dT%H:%M:%S-0500").type(), FinalType::kTimestampUtc);
}

TEST(TimePattern, RefusesFormatsThatDoNotTellTheTime) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "year"},
      {"%Y-%m", "day"},
      {"%d %H:%M", "year"},
      {"%Y %y %m %d", "year once"},
      {"%Y-%m-%m-%d", "%m stands in it twice"},
      {"%Y-%m-%d %I:%M", "%I with %p"},
      {"%Y-%m-%d %M", "begins with hours"},
      {"%Y-%m-%d %H:%M.%f", "begins with hours"},
      {"%Y-%m-%d %H:%M:%S%z", "+02:00"},
      {"%Y-%m-%dZ", "date alone"},
      {"%Y-%m-%d %q", "no directive %q"},
      {"%Y-%m-%d %", "no directive %"},
      {"%Y-%m-%d %H:%M:%S.%7f", "no directive %7f"},
      {"%-Y-%m-%d", "no directive %-Y"},
      {"%Y-%m-%d %H:[%M]", "only a fraction"},
      {"%Y-%m-%d %H:%M:%S[.%f", "not closed"},
      {"%Y-%m-%d]", "go together"},
  };
  for (auto [format, reason] : cases) {
    Status status = TimePattern::Make(format).status();
    ASSERT_FALSE(status.ok()) << format;
    EXPECT_NE(status.message().find(reason), std::string::npos) << status.message();
  }
}

}  // namespace
}  // namespace roost::shred
