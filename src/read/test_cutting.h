// For tests and the fuzzer: cuts a text with a Framer, and checks what must hold for any text.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "read/framer.h"
#include "read/structure_scan.h"

namespace roost::read {

struct SeenCut {
  Cut cut;
  uint64_t offset = 0;
  std::string text;  // of the unit; of kStream the document
  std::string skipped;
  bool operator==(const SeenCut& other) const {
    return offset == other.offset && text == other.text && skipped == other.skipped &&
           cut.kind == other.cut.kind && cut.last == other.cut.last &&
           cut.is_unit == other.cut.is_unit && cut.continued == other.cut.continued &&
           cut.reason == other.cut.reason;
  }
};

inline std::string Padded(std::string_view text) {
  return std::string(text) + std::string(64, '\0');
}

/// Where the document ends that begins at `begin`.
inline size_t FindDocumentEnd(const std::string& padded, size_t begin, size_t size) {
  StructureScan scan;
  scan.Step(padded[begin]);
  return scan.Skip(padded.data(), begin + 1, size, 1);
}

/// Cuts all of `text`; the framer gets `extra` bytes more than it asked for.
inline std::vector<SeenCut> CutAll(std::string_view text, const FramerLimits& limits, size_t extra,
                                   TextEnd at_end = TextEnd::kWhole) {
  const std::string block = Padded(text.substr(0, limits.unit_bytes));
  const Framing framing = FindFraming({block.data(), block.size() - 64});
  Framer framer(limits, framing);
  std::vector<SeenCut> cuts;
  const std::string all = Padded(text);
  size_t given = 0;
  for (bool is_last = false; !is_last;) {
    const uint64_t offset = framer.offset();
    given = std::max<size_t>(given, offset);
    const std::string part = Padded(text.substr(offset, given - offset));
    // The end is known when more was asked for than there is.
    const bool knows_end = given > text.size();
    const Cut cut =
        framer.Next({part.data(), part.size() - 64}, knows_end ? at_end : TextEnd::kOpen);
    if (cut.wanted > 0) {
      const size_t wanted = offset + cut.wanted + extra;
      given = wanted > text.size() || wanted < extra ? text.size() + 1 : wanted;
      continue;
    }
    const uint64_t used = cut.size + cut.skip;
    cuts.push_back({cut, offset, std::string(text.substr(offset, cut.size)),
                    std::string(text.substr(offset + cut.size, cut.skip))});
    is_last = cut.last;
    if (cut.kind != UnitKind::kStream) continue;
    const size_t end = FindDocumentEnd(all, offset, text.size());
    cuts.back().text = text.substr(offset, end - offset - used);
    framer.Restart(end);
  }
  return cuts;
}

/// What is wrong with how `text` is cut, or nothing: it must not depend on how the text comes, lose
/// or repeat a byte, or make units longer than a record and a unit.
inline std::string FindCuttingFault(std::string_view text, const FramerLimits& limits,
                                    TextEnd at_end = TextEnd::kWhole) {
  const std::vector<SeenCut> cuts = CutAll(text, limits, 0, at_end);
  for (size_t extra : {size_t{1}, size_t{777}, std::string_view::npos}) {
    if (CutAll(text, limits, extra, at_end) != cuts)
      return "cuts differ when " + std::to_string(extra) + " bytes more are given";
  }
  // A unit may hold less than unit_bytes, then one record, then a stray bracket and what follows it
  // up to the next multiple of unit_bytes.
  const uint64_t longest =
      std::max(limits.max_record_bytes, 2 * limits.unit_bytes) + 2 * limits.unit_bytes + 1;
  size_t at = cuts.empty() ? 0 : cuts[0].offset;
  for (const SeenCut& seen : cuts) {
    if (seen.offset != at) return "a gap before byte " + std::to_string(seen.offset);
    at += seen.text.size() + seen.skipped.size();
    if (seen.cut.last != (&seen == &cuts.back())) return "a cut behind the last";
    if (seen.cut.kind != UnitKind::kStream && seen.text.size() > longest)
      return "a unit is too long";
    if (seen.skipped.find_first_not_of(" \t\r\n,]") != std::string::npos) return "text was skipped";
  }
  return at == text.size() ? "" : "the end is missing from byte " + std::to_string(at);
}

}  // namespace roost::read
