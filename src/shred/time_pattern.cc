#include "shred/time_pattern.h"

#include <algorithm>
#include <array>

#include "shred/time_text.h"

namespace roost::shred {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000, kMicrosPerDay = 86'400 * kMicrosPerSecond;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::string_view kDirectives = "YymdbBaAHIpMSf";
constexpr std::string_view kUnpadded = "mdHIMS";
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr size_t kShortName = 3;
constexpr int64_t kFirstWeekday = 4;  // 1970-01-01 was a Thursday

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes a number of at least `least` and at most `most` digits from the front of `text`.
bool TakeNumber(std::string_view& text, size_t least, size_t most, int& number) {
  size_t digits = 0;
  number = 0;
  for (; digits < std::min(most, text.size()) && IsDigit(text[digits]); ++digits) {
    number = number * 10 + (text[digits] - '0');
  }
  text.remove_prefix(digits);
  return digits >= least;
}

template <size_t N>
bool TakeName(std::string_view& text, const std::array<std::string_view, N>& names, bool is_short,
              int& number) {
  for (size_t i = 0; i < N; ++i) {
    std::string_view name = is_short ? names[i].substr(0, kShortName) : names[i];
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    number = static_cast<int>(i);
    return true;
  }
  return false;
}

template <size_t N>
void PutName(const std::array<std::string_view, N>& names, int number, bool is_short,
             std::string& out) {
  std::string_view name = names[static_cast<size_t>(number)];
  out += is_short ? name.substr(0, kShortName) : name;
}

bool TakeLiteral(std::string_view& text, std::string_view literal) {
  bool fits = text.starts_with(literal);
  if (fits) text.remove_prefix(literal.size());
  return fits;
}

void PutNumber(int number, int digits, std::string& out) {
  std::string text = std::to_string(number);
  out.append(static_cast<size_t>(std::max(digits - static_cast<int>(text.size()), 0)), '0') += text;
}

/// Minutes east of UTC that a literal names, if it does: Z, UTC, GMT, +02:00, -0500.
std::optional<int> OffsetIn(std::string_view literal) {
  while (literal.starts_with(' ')) literal.remove_prefix(1);
  while (literal.ends_with(' ')) literal.remove_suffix(1);
  if (literal == "Z" || literal == "UTC" || literal == "GMT") return 0;
  bool is_offset = (literal.size() == 5 || (literal.size() == 6 && literal[3] == ':')) &&
                   (literal[0] == '+' || literal[0] == '-');
  if (!is_offset) return std::nullopt;
  std::string_view hours = literal.substr(1, 2), minutes = literal.substr(literal.size() - 2);
  int hour = 0, minute = 0;
  if (!TakeNumber(hours, 2, 2, hour) || !TakeNumber(minutes, 2, 2, minute)) return std::nullopt;
  return (literal[0] == '-' ? -1 : 1) * (hour * 60 + minute);
}

int FractionUnit(int digits) {
  int unit = 1;
  for (int i = digits; i < 6; ++i) unit *= 10;
  return unit;
}

}  // namespace

Result<TimePattern> TimePattern::Make(const std::string& text) {
  TimePattern pattern;
  pattern.text_ = text;
  bool is_open = false;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '%') {
      ROOST_TRY(pattern.ReadDirective(at));
    } else if (text[at] == '[' || text[at] == ']') {
      bool opens = text[at++] == '[';
      if (opens == is_open || (opens && pattern.option_end_ > 0)) {
        return Status::Invalid("[ and ] go together, once, as in [.%f]; %[ and %] are themselves");
      }
      is_open = opens;
      (opens ? pattern.option_begin_ : pattern.option_end_) = pattern.steps_.size();
    } else {
      size_t end = std::min(text.find_first_of("%[]", at), text.size());
      ROOST_TRY(pattern.AddLiteral(text.substr(at, end - at)));
      at = end;
    }
  }
  if (is_open) return Status::Invalid("[ is not closed");
  ROOST_TRY(pattern.CheckSteps());
  return pattern;
}

Status TimePattern::AddLiteral(std::string literal) {
  if (std::optional<int> offset = OffsetIn(literal)) {
    if (offset_minutes_) return Status::Invalid("it names two offsets from UTC");
    offset_minutes_ = offset;
  }
  steps_.push_back({.literal = std::move(literal)});
  return Status::OK();
}

Status TimePattern::ReadDirective(size_t& at) {
  size_t begin = at++;
  Step step;
  if (at < text_.size() && text_[at] == '-') step.is_padded = false, ++at;
  if (at < text_.size() && step.is_padded && IsDigit(text_[at])) step.digits = text_[at++] - '0';
  step.directive = at < text_.size() ? text_[at++] : '\0';
  std::string_view written = std::string_view(text_).substr(begin, at - begin);
  if (written == "%%" || written == "%[" || written == "%]") {
    return AddLiteral(std::string(written.substr(1)));
  }
  if (step.directive == 'z' || step.directive == 'Z') {
    return Status::Invalid(written,
                           " may differ from text to text, and a column keeps no offsets: "
                           "write the one offset as it stands, as Z or +02:00");
  }
  bool is_known = kDirectives.find(step.directive) != kDirectives.npos && step.directive != 0;
  bool has_width = step.digits != 0 || (begin + 1 < text_.size() && text_[begin + 1] == '0');
  is_known &= step.is_padded || kUnpadded.find(step.directive) != kUnpadded.npos;
  is_known &= !has_width || (step.directive == 'f' && step.digits >= 1 && step.digits <= 6);
  if (!is_known) {
    return Status::Invalid("there is no directive ", written,
                           "; there are %Y %y %m %d %b %B %a %A "
                           "%H %I %p %M %S %f %3f %%, and %-m %-d %-H %-I %-M %-S without zeros");
  }
  if (step.directive == 'f' && step.digits == 0) step.digits = 6;
  bool is_twice = std::any_of(steps_.begin(), steps_.end(),
                              [&](const Step& other) { return other.directive == step.directive; });
  if (is_twice) return Status::Invalid("%", std::string(1, step.directive), " stands in it twice");
  steps_.push_back(std::move(step));
  return Status::OK();
}

bool TimePattern::Has(std::string_view directives) const {
  return std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) {
    return step.directive != 0 && directives.find(step.directive) != directives.npos;
  });
}

Status TimePattern::CheckSteps() const {
  auto count = [&](std::string_view directives) {
    return std::count_if(steps_.begin(), steps_.end(), [&](const Step& step) {
      return step.directive != 0 && directives.find(step.directive) != directives.npos;
    });
  };
  if (count("Yy") != 1) return Status::Invalid("it must tell the year once: %Y or %y");
  if (count("mbB") != 1) return Status::Invalid("it must tell the month once: %m, %b or %B");
  if (count("d") != 1) return Status::Invalid("it must tell the day: %d");
  if (count("HI") > 1 || Has("I") != Has("p")) {
    return Status::Invalid("the hour is %H, or %I with %p");
  }
  bool has_gap = (Has("M") && !Has("HI")) || (Has("S") && !Has("M")) || (Has("f") && !Has("S"));
  if (has_gap) return Status::Invalid("a time of day begins with hours: %H, then %M, %S and %f");
  if (offset_minutes_ && !Has("HI")) return Status::Invalid("a date alone has no offset from UTC");
  for (size_t i = option_begin_; i < option_end_; ++i) {
    if (steps_[i].directive != 0 && steps_[i].directive != 'f') {
      return Status::Invalid("only a fraction may be left out, as in [.%f]");
    }
  }
  if (option_end_ > option_begin_ && !Has("f")) return Status::Invalid("[] must hold %f");
  return Status::OK();
}

FinalType TimePattern::type() const {
  if (!Has("HI")) return FinalType::kDate;
  return offset_minutes_ ? FinalType::kTimestampUtc : FinalType::kTimestampLocal;
}

bool TimePattern::Take(const Step& step, std::string_view& text, Fields& fields) {
  size_t least = step.is_padded ? 2 : 1;
  auto digits = static_cast<size_t>(step.digits);
  switch (step.directive) {
    case 'Y':
      return TakeNumber(text, 4, 4, fields.year);
    case 'y': {  // as POSIX has it: 1969 to 2068
      bool fits = TakeNumber(text, 2, 2, fields.year);
      fields.year += fields.year < 69 ? 2000 : 1900;
      return fits;
    }
    case 'm':
      return TakeNumber(text, least, 2, fields.month);
    case 'b':
    case 'B':
      return TakeName(text, kMonths, step.directive == 'b', fields.month) && ++fields.month;
    case 'a':
    case 'A':
      return TakeName(text, kWeekdays, step.directive == 'a', fields.weekday);
    case 'd':
      return TakeNumber(text, least, 2, fields.day);
    case 'H':
    case 'I':
      return TakeNumber(text, least, 2, fields.hour);
    case 'p':
      fields.is_afternoon = text.starts_with("PM");
      return TakeLiteral(text, fields.is_afternoon ? "PM" : "AM");
    case 'M':
      return TakeNumber(text, least, 2, fields.minute);
    case 'S':
      return TakeNumber(text, least, 2, fields.second);
    case 'f': {
      bool fits = TakeNumber(text, digits, digits, fields.fraction);
      fields.fraction *= FractionUnit(step.digits);
      return fits;
    }
    default:
      return TakeLiteral(text, step.literal);
  }
}

bool TimePattern::TakeAll(std::string_view text, bool with_option, Fields& fields) const {
  for (size_t i = 0; i < steps_.size(); ++i) {
    if ((with_option || !IsOption(i)) && !Take(steps_[i], text, fields)) return false;
  }
  return text.empty();
}

std::optional<int64_t> TimePattern::ValueOf(const Fields& fields) const {
  std::string date;
  PutNumber(fields.year, 4, date);
  PutNumber(fields.month, 2, date.append("-"));
  PutNumber(fields.day, 2, date.append("-"));
  std::optional<int32_t> days = ParseDate(date.data(), date.size());
  if (!days || fields.hour > 23 || fields.minute > 59 || fields.second > 59) return std::nullopt;
  if (type() == FinalType::kDate) return *days;
  int hour = Has("I") ? fields.hour % 12 + (fields.is_afternoon ? 12 : 0) : fields.hour;
  int64_t seconds = (int64_t{hour} * 60 + fields.minute) * 60 + fields.second;
  return *days * kMicrosPerDay + seconds * kMicrosPerSecond + fields.fraction -
         offset_minutes_.value_or(0) * kMicrosPerMinute;
}

std::optional<int64_t> TimePattern::Parse(std::string_view text) const {
  std::string back;
  for (bool with_option : {true, false}) {
    Fields fields;
    if (!TakeAll(text, with_option, fields)) continue;
    std::optional<int64_t> value = ValueOf(fields);
    back.clear();
    if (value) Format(*value, back);
    if (value && back == text) return value;
  }
  return std::nullopt;
}

TimePattern::Fields TimePattern::FieldsOf(int64_t value) const {
  int64_t days = value, rest = 0;
  if (type() != FinalType::kDate) {
    value += offset_minutes_.value_or(0) * kMicrosPerMinute;
    days = value / kMicrosPerDay;
    rest = value % kMicrosPerDay;
    if (rest < 0) rest += kMicrosPerDay, --days;
  }
  char text[kDateLength];
  FormatDate(static_cast<int32_t>(days), text);
  std::string_view date(text, kDateLength), month = date.substr(5), day = date.substr(8);
  Fields fields;
  TakeNumber(date, 4, 4, fields.year);
  TakeNumber(month, 2, 2, fields.month);
  TakeNumber(day, 2, 2, fields.day);
  fields.weekday = static_cast<int>(((days + kFirstWeekday) % 7 + 7) % 7);
  auto seconds = static_cast<int>(rest / kMicrosPerSecond);
  fields.hour = seconds / 3600;
  fields.is_afternoon = fields.hour >= 12;
  fields.minute = seconds / 60 % 60;
  fields.second = seconds % 60;
  fields.fraction = static_cast<int>(rest % kMicrosPerSecond);
  return fields;
}

void TimePattern::Put(const Step& step, const Fields& fields, std::string& out) {
  int width = step.is_padded ? 2 : 1;
  switch (step.directive) {
    case 'Y':
      return PutNumber(fields.year, 4, out);
    case 'y':
      return PutNumber(fields.year % 100, 2, out);
    case 'm':
      return PutNumber(fields.month, width, out);
    case 'b':
    case 'B':
      return PutName(kMonths, fields.month - 1, step.directive == 'b', out);
    case 'a':
    case 'A':
      return PutName(kWeekdays, fields.weekday, step.directive == 'a', out);
    case 'd':
      return PutNumber(fields.day, width, out);
    case 'H':
      return PutNumber(fields.hour, width, out);
    case 'I':
      return PutNumber((fields.hour + 11) % 12 + 1, width, out);
    case 'p':
      out += fields.is_afternoon ? "PM" : "AM";
      return;
    case 'M':
      return PutNumber(fields.minute, width, out);
    case 'S':
      return PutNumber(fields.second, width, out);
    case 'f':
      return PutNumber(fields.fraction / FractionUnit(step.digits), step.digits, out);
    default:
      out += step.literal;
  }
}

void TimePattern::Format(int64_t value, std::string& out) const {
  const Fields fields = FieldsOf(value);
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (fields.fraction != 0 || !IsOption(i)) Put(steps_[i], fields, out);
  }
}

}  // namespace roost::shred
