#include "shred/number.h"

#include <charconv>
#include <cstdlib>
#include <string>

namespace roost::shred {
namespace {

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Where the grammar's parts lie.
struct Spelling {
  const char* digits;  // behind the sign
  const char* digits_end;
  const char* end;
  bool is_integer;
  bool ok;
};

Spelling Spell(const char* p) {
  Spelling s{};
  if (*p == '-') ++p;
  s.digits = p;
  while (IsDigit(*p)) ++p;
  s.digits_end = s.end = p;
  s.is_integer = true;
  if (p == s.digits || (*s.digits == '0' && p - s.digits > 1)) return s;
  if (*p == '.') {
    s.is_integer = false;
    const char* first = ++p;
    while (IsDigit(*p)) ++p;
    s.end = p;
    if (p == first) return s;
  }
  if (*p == 'e' || *p == 'E') {
    s.is_integer = false;
    ++p;
    if (*p == '+' || *p == '-') ++p;
    const char* first = p;
    while (IsDigit(*p)) ++p;
    s.end = p;
    if (p == first) return s;
  }
  s.end = p;
  s.ok = true;
  return s;
}

Number ReadInteger(const char* p, const Spelling& s) {
  Number number{NumberKind::kInteger, 0, 0, s.end};
  if (*p == '-' && *s.digits == '0') {
    number.kind = NumberKind::kFraction;
    number.fraction = -0.0;
    return number;
  }
  auto [end, error] = std::from_chars(p, s.end, number.integer);
  if (error == std::errc()) return number;
  number.kind = s.digits_end - s.digits <= 38 ? NumberKind::kWhole : NumberKind::kHuge;
  return number;
}

Number ReadFraction(const char* p, const Spelling& s) {
  Number number{NumberKind::kFraction, 0, 0, s.end};
  auto [end, error] = std::from_chars(p, s.end, number.fraction);
  if (error == std::errc()) return number;
  // from_chars says "out of range" for both ends; strtod tells them apart.
  number.fraction = std::strtod(std::string(p, s.end).c_str(), nullptr);
  if (number.fraction > 1 || number.fraction < -1) number.kind = NumberKind::kHuge;
  return number;
}

}  // namespace

Number ReadNumber(const char* p) {
  Spelling s = Spell(p);
  if (!s.ok) return Number{NumberKind::kBad, 0, 0, s.end};
  return s.is_integer ? ReadInteger(p, s) : ReadFraction(p, s);
}

}  // namespace roost::shred
