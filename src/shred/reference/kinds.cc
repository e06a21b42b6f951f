#include "shred/reference/kinds.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace roost::shred::reference {
namespace {

std::string Digits(const Value& integer) {
  return integer.text[0] == '-' ? integer.text.substr(1) : integer.text;
}

bool IsBool(const Value& value) { return value.kind == Kind::kTrue || value.kind == Kind::kFalse; }

template <class Predicate>
bool AllButNulls(const Value& array, Predicate predicate) {
  return std::all_of(array.items.begin(), array.items.end(), [&](const Value& item) {
    return item.kind == Kind::kNull || predicate(item);
  });
}

template <class Predicate>
bool Any(const Value& array, Predicate predicate) {
  return std::any_of(array.items.begin(), array.items.end(), predicate);
}

bool IsTable(const Value& array) {
  const auto is_object = [](const Value& item) { return item.kind == Kind::kObject; };
  if (AllButNulls(array, is_object)) return Any(array, is_object);
  bool has_rows = false;
  for (const Value& item : array.items) {
    if (item.kind == Kind::kNull) continue;
    if (item.kind != Kind::kArray) return false;
    const ArrayClass item_class = ClassOf(item);
    if (item_class != ArrayClass::kTable && item_class != ArrayClass::kEmpty) return false;
    has_rows |= item_class == ArrayClass::kTable;
  }
  return has_rows;
}

bool IsNumberList(const Value& array) {
  const auto is_plain = [](const Value& item) {
    if (item.kind != Kind::kNumber) return false;
    return IsInteger(item) ? FitsInt64(item) : std::isfinite(AsDouble(item));
  };
  return AllButNulls(array, is_plain) && !(HasFraction(array) && HasInexact(array));
}

/// A text in quotes, with JSON's short escapes where there is one.
std::string QuoteShort(const std::string& text) {
  static constexpr std::string_view kCharacters = "\b\f\n\r\t", kNames = "bfnrt";
  std::string quoted;
  for (char c : text) {
    const std::string one = Quote(std::string(1, c));
    const size_t name = kCharacters.find(c);
    quoted +=
        name != kCharacters.npos ? std::string("\\") + kNames[name] : one.substr(1, one.size() - 2);
  }
  return "\"" + quoted + "\"";
}

/// Shortest digits; plain from 1e-4 up to 1e16, with an exponent elsewhere.
std::string FractionText(double value) {
  if (value == 0) return "-0.0";  // 0.0 is an integer
  char text[64];
  const double size = std::fabs(value);
  const bool plain = size >= 1e-4 && size < 1e16;
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::string digits(text, std::to_chars(text, text + sizeof text, value, format).ptr);
  if (plain) return digits;
  const size_t exponent = digits.find('e') + 1;
  return digits.substr(0, exponent) + std::to_string(std::stoi(digits.substr(exponent)));
}

std::string ItemText(const Value& item) {
  if (item.kind == Kind::kText) return QuoteShort(item.text);
  if (item.kind != Kind::kNumber || IsInteger(item)) return std::string(item.raw);
  const double value = AsDouble(item);
  const bool is_int64 = value == std::trunc(value) && value >= -0x1p63 && value < 0x1p63;
  if (!is_int64 || (value == 0 && std::signbit(value))) return FractionText(value);
  return std::to_string(static_cast<int64_t>(value));
}

}  // namespace

ArrayClass ClassOf(const Value& array) {
  const auto is_text = [](const Value& item) { return item.kind == Kind::kText; };
  if (array.items.empty()) return ArrayClass::kEmpty;
  if (IsTable(array)) return ArrayClass::kTable;
  if (AllButNulls(array, IsBool) || AllButNulls(array, is_text) || IsNumberList(array)) {
    return ArrayClass::kList;
  }
  return ArrayClass::kJson;
}

Slot SlotOf(const Value& leaf) {
  if (leaf.mark == Mark::kJson) return Slot::kJson;
  if (leaf.mark == Mark::kVerbatim) return Slot::kText;
  if (leaf.mark == Mark::kTime) return Slot::kTime;
  if (IsBool(leaf)) return Slot::kBool;
  if (leaf.kind == Kind::kText) return Slot::kText;
  if (leaf.kind == Kind::kNumber) {
    if (!IsInteger(leaf)) return std::isfinite(AsDouble(leaf)) ? Slot::kNumber : Slot::kJson;
    if (FitsInt64(leaf)) return Slot::kNumber;
    return Digits(leaf).size() <= 38 ? Slot::kWhole : Slot::kJson;
  }
  if (leaf.kind != Kind::kArray || ClassOf(leaf) == ArrayClass::kJson) return Slot::kJson;
  if (Any(leaf, IsBool)) return Slot::kListBool;
  if (Any(leaf, [](const Value& item) { return item.kind == Kind::kText; })) return Slot::kListText;
  if (Any(leaf, [](const Value& item) { return item.kind == Kind::kNumber; })) {
    return Slot::kListNumber;
  }
  return Slot::kListNull;
}

bool IsInteger(const Value& number) {
  return number.text.find_first_of(".eE") == std::string::npos && number.text != "-0";
}

bool FitsInt64(const Value& integer) {
  const std::string digits = Digits(integer);
  const std::string limit = integer.text[0] == '-' ? "9223372036854775808" : "9223372036854775807";
  return digits.size() < limit.size() || (digits.size() == limit.size() && digits <= limit);
}

double AsDouble(const Value& number) { return std::strtod(number.text.c_str(), nullptr); }

bool IsExactInDouble(const Value& integer) {
  char digits[400];  // of at most 1.8e308
  std::snprintf(digits, sizeof digits, "%.0f", AsDouble(integer));
  return digits == integer.text;
}

bool HasInexact(const Value& list) {
  return Any(list, [](const Value& item) {
    return item.kind == Kind::kNumber && IsInteger(item) && !IsExactInDouble(item);
  });
}

bool HasFraction(const Value& list) {
  return Any(list,
             [](const Value& item) { return item.kind == Kind::kNumber && !IsInteger(item); });
}

std::string ShortestText(double value) {
  char text[64];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string WithoutSpace(std::string_view json) {
  std::string text;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') quoted = !quoted;
    const bool is_space = json[i] == ' ' || json[i] == '\t' || json[i] == '\n' || json[i] == '\r';
    if (quoted || !is_space) text += json[i];
    if (quoted && json[i] == '\\') text += json[++i];
  }
  return text;
}

std::string JsonText(const Value& leaf) {
  if (leaf.mark == Mark::kJson) return WithoutSpace(leaf.raw);
  if (leaf.kind != Kind::kArray || ClassOf(leaf) != ArrayClass::kList) {
    const std::string text = WithoutSpace(leaf.raw);
    return leaf.is_only_item ? "[" + text + "]" : text;
  }
  std::string text = "[";
  for (const Value& item : leaf.items) {
    if (text.size() > 1) text += ',';
    text += ItemText(item);
  }
  return text + "]";
}

}  // namespace roost::shred::reference
