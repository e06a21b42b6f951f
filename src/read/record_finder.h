// Finds where records end in text that comes block by block; one kind for each way of framing.
//
// A finder is given all text from the last cut on, again and longer each time, and remembers how
// far it has looked. What it finds depends on the text alone, not on how it was cut into blocks.
// 64 bytes behind the text must be readable. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "read/unit.h"

namespace roost::read {

struct Boundary {
  enum class Kind : uint8_t {
    kNone,    // not in this text
    kRecord,  // a record has ended, another may begin at `next`
    kSpace,   // kElements: at `end`, behind an element or a comma, begins white space without end
    kClosed,  // kElements: the array's ] stands at `end`
    kStray,   // a bracket at `end` closes nothing: from here on nobody knows what belongs together
  };
  Kind kind = Kind::kNone;
  size_t end = 0;  // of the record, without what separates it from the next
  size_t next = 0;
};

class RecordFinder {
 public:
  /// For kLines, kValues or kElements. Between elements, so many bytes of white space are without
  /// end: they are not waited for.
  static std::unique_ptr<RecordFinder> Make(UnitKind framing, size_t long_space);
  virtual ~RecordFinder() = default;

  /// The first boundary whose `next` is at or behind `from` (> 0), or an earlier end of the array
  /// or stray bracket, or white space without end that reaches `from`. Asking again, with more text
  /// or not, gives the same answer.
  virtual Boundary Find(std::string_view text, size_t from) = 0;
  /// Where what was found to be no boundary ends, without the white space behind an element.
  virtual size_t KnownEnd(std::string_view text) const { return text.size(); }
  /// Where the last record begins that begins before `before`; the text begins between records.
  virtual size_t LastStart(std::string_view text, size_t before) const = 0;
  /// True if the text, looked at to its end, ends behind a whole record.
  virtual bool EndsWhole(std::string_view text) const = 0;
  /// The first `bytes` will not be in the text again; they end at a boundary or inside a record.
  virtual void Drop(size_t bytes) = 0;
};

}  // namespace roost::read
