#include "sketch/value.h"

#include <charconv>
#include <cmath>

namespace roost::sketch {

namespace {

constexpr double kWholeLimit = 1e15;  // beyond, a double no longer tells neighbours apart
constexpr size_t kLongestInteger = 15;

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsWord(std::string_view text, std::string_view lower_word) {
  if (text.size() != lower_word.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] | 0x20) : text[i];
    if (c != lower_word[i]) return false;
  }
  return true;
}

bool SaysNothing(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() > 4) return false;
  return EqualsWord(text, "null") || EqualsWord(text, "none") || EqualsWord(text, "n/a") ||
         EqualsWord(text, "\\n");
}

/// True if `text` is what an integer is written as, and nothing else: no +, no leading zeros.
bool ReadInteger(std::string_view text, int64_t& integer) {
  if (text.size() > kLongestInteger) return false;
  std::string_view digits = text[0] == '-' ? text.substr(1) : text;
  if (digits.empty() || digits[0] < '0' || digits[0] > '9') return false;
  if (digits[0] == '0' && (digits.size() > 1 || text.size() > 1)) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  return error == std::errc() && end == text.data() + text.size();
}

uint64_t HashOfUuid(std::string_view text) {
  char lower[36];
  for (size_t i = 0; i < sizeof lower; ++i) {
    lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] | 0x20) : text[i];
  }
  return HashOfText({lower, sizeof lower});
}

}  // namespace

Value ValueOfDouble(double number) {
  if (std::isnan(number)) return {};
  if (std::abs(number) < kWholeLimit && number == std::floor(number)) {
    return ValueOfInteger(static_cast<int64_t>(number));
  }
  return {Value::Kind::kFraction, HashOfFraction(number), 0, number, {}};
}

Value ValueOfText(std::string_view text) {
  text = Trim(text);
  if (SaysNothing(text)) return {};
  int64_t integer;
  if (ReadInteger(text, integer)) return ValueOfInteger(integer);
  bool uuid = text.size() == 36 && text[8] == '-' && text[13] == '-';
  return {Value::Kind::kText, uuid ? HashOfUuid(text) : HashOfText(text), 0, 0, text};
}

}  // namespace roost::sketch
