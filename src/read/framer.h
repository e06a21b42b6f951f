// Cuts the text of one long file into units, at places that depend on its bytes alone.
//
// The text comes in blocks of any size; Next is given all of it from the last cut on and answers
// with the next cut, or says how much more it has to see. Unit k begins behind the first boundary
// between records at or after k * unit_bytes of the decoded file. What cannot be framed goes out as
// kBroken pieces, so that every byte is in a unit or is a separator. White space between records
// that is longer than a unit is skipped as it comes: it is in no unit, and takes no memory.
//
// Not thread-safe. 64 bytes behind the text must be readable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "read/framing.h"
#include "read/record_finder.h"
#include "read/unit.h"

namespace roost::read {

struct FramerLimits {
  uint64_t unit_bytes = 1 << 20;
  uint64_t max_record_bytes = 64 << 20;  // at least 2 * unit_bytes is allowed in any case
};

struct Cut {
  size_t wanted = 0;    // more text is needed: call again with at least so many bytes, or the end
  size_t size = 0;      // of the unit, which stands at the front of the text
  size_t skip = 0;      // separators and brackets behind it, in no unit
  bool is_unit = true;  // false: there is something to skip, nothing else
  UnitKind kind = UnitKind::kValues;
  bool last = false;       // no further cut will follow
  bool continued = false;  // kBroken: more of what the unit before began
  std::string reason;      // kBroken
};

/// What is known of the end of the text given.
enum class TextEnd : uint8_t {
  kOpen,   // more may follow
  kWhole,  // the file ends here
  kTorn,   // the file could not be read on from here: an unfinished record is not to be trusted
};

class Framer {
 public:
  Framer(const FramerLimits& limits, const Framing& framing);

  /// `text` begins behind the last unit and its `skip`; at first behind the framing's prologue.
  Cut Next(std::string_view text, TextEnd end);

  /// Goes on at the offset that a kStream cut's document has come to; such a cut takes no bytes.
  void Restart(uint64_t offset);

  UnitKind kind() const { return kind_; }
  /// Of the front of the text, in the decoded file.
  uint64_t offset() const { return offset_; }

 private:
  enum class Mode : uint8_t { kRecords, kLongRecord, kBehindElement, kBehindArray, kLost };

  Cut NextRecords(std::string_view text, TextEnd end);
  Cut NextOfLongRecord(std::string_view text, TextEnd end);
  Cut NextBehindElement(std::string_view text, TextEnd end);
  Cut NextBehindArray(std::string_view text, TextEnd end);
  Cut NextLost(std::string_view text, TextEnd end);

  Cut EndOfText(std::string_view text, TextEnd end);
  Cut CloseArray(const Boundary& bracket, std::string_view text, TextEnd end);
  Cut LoseTrack(const Boundary& bracket, std::string_view text, TextEnd end);
  Cut Broken(size_t size, const std::string& reason);
  Cut Skip(size_t size, Mode next, std::string_view text, TextEnd end);
  size_t EndOfRecord(std::string_view text, const Boundary& found) const;
  bool IsStream(std::string_view text, size_t start, uint64_t bytes);
  Cut Take(Cut cut, Mode next, std::string_view text, TextEnd end);
  uint64_t ToUnitEnd(uint64_t from) const;

  const uint64_t unit_bytes_, max_record_bytes_, stream_bytes_, piece_bytes_;
  const UnitKind kind_;
  std::unique_ptr<RecordFinder> finder_;
  Mode mode_ = Mode::kRecords;
  uint64_t offset_;
  uint64_t looked_at_ = 0;  // so many bytes of the record at refused_at_ make no kStream
  uint64_t refused_at_ = 0;
  bool has_cut_ = false;       // kElements: what comes stands behind a comma
  bool is_continued_ = false;  // the next kBroken piece goes on with what the last one began
  std::string long_reason_;    // of kLongRecord, where it is not its length
  std::string lost_reason_;
};

}  // namespace roost::read
