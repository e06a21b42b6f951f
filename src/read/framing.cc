#include "read/framing.h"

#include <algorithm>
#include <cstring>

#include "read/structure_scan.h"

namespace roost::read {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// A line that begins a longer value is looked for in the first few that are no values: torn lines
// are rare, and each look may cost the whole block.
constexpr int kLooksAcrossLines = 8;

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool IsOpening(char byte) { return byte == '[' || byte == '{'; }

// Where the object or array at the front of `text` ends, or npos.
size_t FindEnd(std::string_view text) {
  StructureScan scan;
  scan.Step(text[0]);
  const size_t end = scan.Skip(text.data(), 1, text.size(), 1);
  return scan.depth() == 0 ? end : std::string_view::npos;
}

bool IsOneString(std::string_view text) {
  size_t at = 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at + 1 == text.size();
}

bool IsOneWord(std::string_view text) {
  return text.find_first_of(" \t\r\n\"{}[],:") == std::string_view::npos;
}

bool IsOneValue(std::string_view text) {
  if (IsOpening(text[0])) return FindEnd(text) == text.size();
  return text[0] == '"' ? IsOneString(text) : IsOneWord(text);
}

bool HasLineFeedInString(std::string_view text) {
  StructureScan scan;
  for (char byte : text) {
    if (byte == '\n' && scan.in_string()) return true;
    scan.Step(byte);
  }
  return false;
}

// Whether the line at the front of `rest` begins a value that ends with a later line.
bool SpansLines(std::string_view rest, std::string_view line) {
  if (!IsOpening(line[0])) return false;
  rest.remove_prefix(static_cast<size_t>(line.data() - rest.data()));
  const size_t end = FindEnd(rest);
  if (end == std::string_view::npos || end <= line.size()) return false;
  const std::string_view behind = rest.substr(end);
  return Trim(behind.substr(0, behind.find('\n'))).empty() &&
         !HasLineFeedInString(rest.substr(0, end));
}

bool LooksLikeLines(std::string_view block) {
  size_t values = 0, others = 0;
  int looks = kLooksAcrossLines;
  for (size_t end; (end = block.find('\n')) != std::string_view::npos;
       block.remove_prefix(end + 1)) {
    const std::string_view line = Trim(block.substr(0, end));
    if (line.empty()) continue;
    if (IsOneValue(line)) {
      ++values;
      continue;
    }
    ++others;
    if (looks > 0 && SpansLines(block, line)) return false;
    looks -= 1;
  }
  return values >= 2 && values > others;
}

}  // namespace

Framing FindFraming(std::string_view block) {
  Framing framing;
  if (block.starts_with(kByteOrderMark)) framing.prologue = kByteOrderMark.size();
  const std::string_view text = block.substr(framing.prologue);
  const size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  if (first < text.size() && text[first] == '[') {
    const size_t end = FindEnd(text.substr(first));
    if (end == std::string_view::npos || Trim(text.substr(first + end)).empty()) {
      framing.kind = UnitKind::kElements;
      framing.prologue += first + 1;
      return framing;
    }
  }
  if (LooksLikeLines(text)) framing.kind = UnitKind::kLines;
  return framing;
}

}  // namespace roost::read
