// Reads and writes dates and times in a format that somebody named: "%d.%m.%Y %H:%M".
//
// Directives are those of strptime: %Y %y %m %d %b %B %a %A %H %I %p %M %S %f, and %% %[ %]. All
// numbers are padded with zeros to their full width, but for %-m %-d %-H %-I %-M %-S; %f is a
// fraction of six digits, %3f of three; [.%f] is left out where it is zero. Names are English. Z,
// UTC, GMT and offsets like +02:00 or -0500 are literals that say where the clock stands: such
// times are UTC. A text counts only if it can be written back byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "shred/published.h"

namespace roost::shred {

class TimePattern {
 public:
  TimePattern() = default;
  /// Invalid, with what is wrong and what to write, if `text` is no format or does not tell the
  /// whole date.
  static Result<TimePattern> Make(const std::string& text);

  const std::string& text() const { return text_; }
  /// kDate without a time of day, else kTimestampUtc with Z or an offset, else kTimestampLocal.
  FinalType type() const;

  /// Days or microseconds since 1970, by type; nothing for texts that Format would not give back.
  std::optional<int64_t> Parse(std::string_view text) const;
  void Format(int64_t value, std::string& out) const;

 private:
  struct Step {
    char directive = 0;  // 0: `literal`
    bool is_padded = true;
    int digits = 0;  // of %f
    std::string literal;
  };
  struct Fields {
    int year = 0, month = 0, day = 0, weekday = 0, hour = 0, minute = 0, second = 0, fraction = 0;
    bool is_afternoon = false;
  };

  static bool Take(const Step& step, std::string_view& text, Fields& fields);
  static void Put(const Step& step, const Fields& fields, std::string& out);
  Status ReadDirective(size_t& at);
  Status AddLiteral(std::string literal);
  Status CheckSteps() const;
  bool Has(std::string_view directives) const;
  bool IsOption(size_t step) const { return step >= option_begin_ && step < option_end_; }
  bool TakeAll(std::string_view text, bool with_option, Fields& fields) const;
  std::optional<int64_t> ValueOf(const Fields& fields) const;
  Fields FieldsOf(int64_t value) const;

  std::string text_;
  std::vector<Step> steps_;
  size_t option_begin_ = 0, option_end_ = 0;  // steps in brackets
  std::optional<int> offset_minutes_;
};

}  // namespace roost::shred
