#include "sketch/text_class.h"

#include <algorithm>

namespace roost::sketch {

namespace {

enum : uint8_t {
  kDigitBit = 1,
  kHexBit = 2,     // a-f
  kLetterBit = 4,  // the other letters, and all bytes beyond ASCII
  kDotBit = 8,
  kJoinBit = 16,  // - _ / :
  kSpaceBit = 32,
  kAtBit = 64,
  kStrangeBit = 128,
};

constexpr std::array<uint8_t, 256> MakeBits() {
  std::array<uint8_t, 256> bits{};
  for (int c = 0; c < 256; ++c) {
    bool hex = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 128;
    bits[c] = c >= '0' && c <= '9'                             ? kDigitBit
              : hex                                            ? kHexBit
              : letter                                         ? kLetterBit
              : c == '.'                                       ? kDotBit
              : c == '-' || c == '_' || c == '/' || c == ':'   ? kJoinBit
              : c == ' ' || c == ',' || c == '\'' || c == '\n' ? kSpaceBit
              : c == '@'                                       ? kAtBit
                                                               : kStrangeBit;
  }
  return bits;
}
constexpr std::array<uint8_t, 256> kBits = MakeBits();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes `least` to `most` digits off the front.
bool TakeDigits(std::string_view& text, size_t least, size_t most) {
  size_t count = 0;
  while (count < text.size() && count < most && IsDigit(text[count])) ++count;
  if (count < least) return false;
  text.remove_prefix(count);
  return true;
}

bool TakeAny(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text[0]) == characters.npos) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view& text) {
  std::string_view iso = text, local = text;
  if (TakeDigits(iso, 4, 4) && TakeAny(iso, "-/") && TakeDigits(iso, 1, 2) && TakeAny(iso, "-/") &&
      TakeDigits(iso, 1, 2)) {
    text = iso;
    return true;
  }
  if (TakeDigits(local, 1, 2) && TakeAny(local, "/-.") && TakeDigits(local, 1, 2) &&
      TakeAny(local, "/-.") && TakeDigits(local, 2, 4)) {
    text = local;
    return true;
  }
  return false;
}

bool TakeTime(std::string_view& text) {
  return TakeDigits(text, 1, 2) && TakeAny(text, ":") && TakeDigits(text, 2, 2);
}

TextClass ClassOfTime(std::string_view text, TextClass otherwise) {
  if (TakeDate(text)) {
    if (text.empty()) return TextClass::kDate;
    return TakeAny(text, "T ") && TakeTime(text) ? TextClass::kTimestamp : otherwise;
  }
  return TakeTime(text) ? TextClass::kTime : otherwise;
}

bool IsUuid(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-';
}

bool IsDecimal(std::string_view text) {
  size_t dot = text.find('.');
  return dot != text.npos && text.find('.', dot + 1) == text.npos && text.size() > 1;
}

}  // namespace

TextClass ClassOf(std::string_view text) {
  if (text.empty()) return TextClass::kEmpty;
  text = text.substr(0, 80);
  uint8_t bits = 0;
  for (char c : text) bits |= kBits[static_cast<uint8_t>(c)];
  bool starts_with_digit = IsDigit(text[0]);
  if (bits == kDigitBit) return TextClass::kInteger;
  if (bits == (kDigitBit | kDotBit) && IsDecimal(text)) return TextClass::kDecimal;
  if ((bits & ~(kDigitBit | kHexBit | kJoinBit)) == 0 && IsUuid(text)) return TextClass::kUuid;
  if ((bits & ~(kDigitBit | kHexBit)) == 0 && text.size() >= 16) return TextClass::kHexadecimal;
  if (bits & kAtBit && !(bits & kSpaceBit)) return TextClass::kEmail;
  if (bits & kJoinBit && text.find("://") != text.npos) return TextClass::kUrl;
  if (bits & kStrangeBit) return TextClass::kOther;
  TextClass plain = bits & kSpaceBit                        ? TextClass::kPhrase
                    : (bits & ~(kLetterBit | kHexBit)) == 0 ? TextClass::kWord
                                                            : TextClass::kCode;
  return starts_with_digit ? ClassOfTime(text, plain) : plain;
}

std::string_view NameOf(TextClass text_class) {
  constexpr std::array<std::string_view, kTextClasses> kNames = {
      "empty",       "integer", "decimal", "date", "time", "timestamp", "uuid",
      "hexadecimal", "email",   "url",     "word", "code", "phrase",    "other"};
  return kNames[static_cast<size_t>(text_class)];
}

}  // namespace roost::sketch
