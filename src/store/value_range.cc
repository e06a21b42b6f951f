#include "store/value_range.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace roost::store {
namespace {

constexpr size_t kLongestBound = 64;
constexpr size_t kDecimalBytes = 16;

template <class Value>
std::string Encoded(Value value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <class Value>
Value Decoded(const std::string& bytes) {
  Value value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

Range Known(std::string min, std::string max) {
  Range range;
  range.state = Range::State::kKnown;
  range.min = std::move(min);
  range.max = std::move(max);
  return range;
}

template <class Value>
Range NumberRange(const Value* values, size_t count) {
  if (count == 0) return {};
  // Eight lanes, as compilers may not reorder comparisons of doubles by themselves.
  constexpr size_t kLanes = 8;
  Value least[kLanes], greatest[kLanes];
  for (size_t lane = 0; lane < kLanes; ++lane) least[lane] = greatest[lane] = values[0];
  size_t at = 0;
  for (; at + kLanes <= count; at += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) {
      Value value = values[at + lane];
      least[lane] = value < least[lane] ? value : least[lane];
      greatest[lane] = value > greatest[lane] ? value : greatest[lane];
    }
  for (; at < count; ++at) {
    least[0] = std::min(least[0], values[at]);
    greatest[0] = std::max(greatest[0], values[at]);
  }
  return Known(Encoded(*std::min_element(least, least + kLanes)),
               Encoded(*std::max_element(greatest, greatest + kLanes)));
}

// The first eight bytes as a number that orders as they do; shorter texts are filled with zeros.
uint64_t Head(const char* text, uint32_t length) {
  uint64_t word;
  std::memcpy(&word, text, 8);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  if (length >= 8) return word;
  return length == 0 ? 0 : word & (~0ull << (64 - 8 * length));
}

/// A text and its first sixteen bytes, as Head gives them.
struct TextBound {
  uint64_t head = 0, next = 0;
  std::string_view text;

  bool operator<(const TextBound& other) const {
    if (head != other.head) return head < other.head;
    if (next != other.next) return next < other.next;
    return text < other.text;
  }
};

size_t CharacterStart(std::string_view text, size_t at) {
  while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

struct Character {
  uint32_t code;
  size_t bytes;
};

// The UTF-8 character at the start of `text`; bytes 0 where there is none.
Character Decode(std::string_view text) {
  auto lead = static_cast<uint8_t>(text[0]);
  size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || bytes > text.size()) return {0, 0};
  uint32_t code = bytes == 1 ? lead : lead & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  return {code, bytes};
}

void AppendCharacter(std::string& to, uint32_t code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
    return;
  }
  int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  to += static_cast<char>((0xf0u << (3 - more) & 0xff) | code >> (6 * more));
  while (more-- > 0) to += static_cast<char>(0x80 | (code >> (6 * more) & 0x3f));
}

// The least text that is greater than everything that begins with `prefix`; empty if none.
std::string Raised(std::string_view prefix) {
  while (!prefix.empty()) {
    size_t last = CharacterStart(prefix, prefix.size() - 1);
    Character character = Decode(prefix.substr(last));
    if (character.bytes == 0) return {};  // no UTF-8: give no bound rather than a wrong one
    uint32_t next = character.code + 1;
    if (next == 0xd800) next = 0xe000;
    prefix = prefix.substr(0, last);
    if (next > 0x10ffff) continue;
    std::string raised(prefix);
    AppendCharacter(raised, next);
    return raised;
  }
  return {};
}

bool LessDecimal(const std::string& a, const std::string& b) {
  bool a_negative = a[0] & 0x80, b_negative = b[0] & 0x80;
  if (a_negative != b_negative) return a_negative;
  return a < b;  // two's complement of one sign orders as its bytes do
}

bool Less(const std::string& a, const std::string& b, Physical physical) {
  switch (physical) {
    case Physical::kInt32:
      return Decoded<int32_t>(a) < Decoded<int32_t>(b);
    case Physical::kInt64:
      return Decoded<int64_t>(a) < Decoded<int64_t>(b);
    case Physical::kDouble: {
      double x = Decoded<double>(a), y = Decoded<double>(b);
      return x < y || (x == y && std::signbit(x) && !std::signbit(y));
    }
    case Physical::kDecimal:
      return LessDecimal(a, b);
    default:
      return a < b;
  }
}

}  // namespace

Range RangeOf(const int64_t* values, size_t count) { return NumberRange(values, count); }
Range RangeOf(const int32_t* values, size_t count) { return NumberRange(values, count); }

Range RangeOf(const double* values, size_t count) {
  Range range = NumberRange(values, count);
  if (count == 0) return range;
  if (Decoded<double>(range.min) == 0) range.min = Encoded(-0.0);
  if (Decoded<double>(range.max) == 0) range.max = Encoded(0.0);
  return range;
}

Range RangeOfBools(const uint8_t* values, size_t count) {
  if (count == 0) return {};
  uint8_t any = 0, all = 1;
  for (size_t i = 0; i < count; ++i) any |= values[i], all &= values[i];
  return Known(std::string(1, static_cast<char>(all)), std::string(1, static_cast<char>(any)));
}

Range RangeOfText(const char* text, size_t count) {
  if (count == 0) return {};
  // Ids often share their first eight bytes, so sixteen are looked at before memcmp is called.
  TextBound min{~0ull, ~0ull, {}}, max;
  for (size_t i = 0; i < count; ++i) {
    uint32_t length;
    std::memcpy(&length, text, 4);
    text += 4;
    TextBound value{Head(text, length), length > 8 ? Head(text + 8, length - 8) : 0,
                    std::string_view(text, length)};
    if (i == 0 || value < min) min = value;
    if (max < value) max = value;
    text += length;
  }
  return TextRange(min.text, max.text);
}

Range TextRange(std::string_view min, std::string_view max) {
  Range range =
      Known(std::string(min.substr(0, kLongestBound)), std::string(max.substr(0, kLongestBound)));
  if (min.size() > kLongestBound) {
    range.min.resize(CharacterStart(min, kLongestBound));
    range.min_exact = false;
  }
  if (max.size() > kLongestBound) {
    range.max = Raised(max.substr(0, CharacterStart(max, kLongestBound)));
    range.max_exact = false;
    if (range.max.empty()) range.state = Range::State::kUnknown;
  }
  return range;
}

Range RangeOfDecimals(const char* values, size_t count) {
  if (count == 0) return {};
  std::string min(values, kDecimalBytes), max = min;
  for (size_t i = 1; i < count; ++i) {
    std::string value(values + i * kDecimalBytes, kDecimalBytes);
    if (LessDecimal(value, min)) min = value;
    if (LessDecimal(max, value)) max = value;
  }
  return Known(min, max);
}

Range RangeOfEntries(const shred::Dictionary& dictionary, const uint32_t* codes, size_t count,
                     Buffer<uint8_t>& used) {
  if (count == 0) return {};
  size_t entries = dictionary.entries.size();
  if (used.size() < entries) {
    used.Reserve(entries);
    std::memset(used.data(), 0, used.capacity());
    used.SetSize(used.capacity());
  }
  for (size_t i = 0; i < count; ++i) used[codes[i]] = 1;
  std::string_view min, max;
  bool first = true;
  for (size_t code = 0; code < entries; ++code) {
    if (!used[code]) continue;
    used[code] = 0;
    std::string_view value = dictionary.TextOf(dictionary.entries[code]);
    if (first || value < min) min = value;
    if (first || value > max) max = value;
    first = false;
  }
  return TextRange(min, max);
}

void Widen(Range& range, const Range& other, Physical physical) {
  if (other.state == Range::State::kEmpty || range.state == Range::State::kUnknown) return;
  if (range.state == Range::State::kEmpty || other.state == Range::State::kUnknown) {
    range = other;
    return;
  }
  // Where a value equals a bound that is none, the value is what stands there.
  if (other.min == range.min) range.min_exact |= other.min_exact;
  if (other.max == range.max) range.max_exact |= other.max_exact;
  if (Less(other.min, range.min, physical)) {
    range.min = other.min;
    range.min_exact = other.min_exact;
  }
  if (Less(range.max, other.max, physical)) {
    range.max = other.max;
    range.max_exact = other.max_exact;
  }
}

}  // namespace roost::store
