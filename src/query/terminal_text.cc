#include "query/terminal_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace roost::query {

namespace {

struct CodeRange {
  uint32_t first, last;
};

// Blocks of wide characters (Unicode's East_Asian_Width W and F), joined where only unassigned
// ones lie between. Newer emoji come in the same blocks, so this needs no yearly table.
constexpr CodeRange kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x25FD, 0x25FE},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x26BD, 0x26BE},
    {0x26C4, 0x26C5},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F5},
    {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274E},
    {0x2753, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B55},
    {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF}, {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB}, {0x1F90C, 0x1FAFF}, {0x20000, 0x3FFFD}};

constexpr CodeRange kCombining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};

constexpr CodeRange kHarmful[] = {{0x0000, 0x001F}, {0x007F, 0x009F},  {0x00AD, 0x00AD},
                                  {0x061C, 0x061C}, {0x180E, 0x180E},  {0x200B, 0x200F},
                                  {0x2028, 0x202E}, {0x2060, 0x206F},  {0xFEFF, 0xFEFF},
                                  {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

template <size_t N>
bool IsIn(const CodeRange (&ranges)[N], uint32_t code) {
  auto range = std::lower_bound(std::begin(ranges), std::end(ranges), code,
                                [](const CodeRange& r, uint32_t c) { return r.last < c; });
  return range != std::end(ranges) && range->first <= code;
}

/// The character that begins at `at`, and how many bytes it has.
uint32_t Decode(std::string_view text, size_t at, size_t& length) {
  auto lead = static_cast<unsigned char>(text[at]);
  length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  length = std::min(length, text.size() - at);
  uint32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<uint8_t>(text[at + i]) & 63);
  return code;
}

size_t ColumnsOfCode(uint32_t code) {
  if (code < 0x300) return 1;
  return IsIn(kCombining, code) ? 0 : IsIn(kWide, code) ? 2 : 1;
}

void AppendWrittenOut(std::string& out, uint32_t code) {
  if (code == '\n') {
    out += "\\n";
  } else if (code == '\t') {
    out += "\\t";
  } else if (code == '\r') {
    out += "\\r";
  } else {
    char escape[16];
    std::snprintf(escape, sizeof escape, "\\u%04x", code);
    out += escape;
  }
}

}  // namespace

std::string VisibleText(std::string_view text) {
  std::string visible;
  for (size_t at = 0, length = 0; at < text.size(); at += length) {
    uint32_t code = Decode(text, at, length);
    if (IsIn(kHarmful, code)) {
      AppendWrittenOut(visible, code);
    } else {
      visible.append(text, at, length);
    }
  }
  return visible;
}

size_t ColumnsOf(std::string_view visible) {
  size_t columns = 0;
  for (size_t at = 0, length = 0; at < visible.size(); at += length) {
    columns += ColumnsOfCode(Decode(visible, at, length));
  }
  return columns;
}

std::string CutToColumns(std::string_view visible, size_t columns) {
  if (ColumnsOf(visible) <= columns) return std::string(visible);
  size_t taken = 0, at = 0;
  for (size_t length = 0; at < visible.size(); at += length) {
    size_t more = ColumnsOfCode(Decode(visible, at, length));
    if (taken + more + 1 > columns) break;
    taken += more;
  }
  return std::string(visible.substr(0, at)) + "\u2026";
}

}  // namespace roost::query
