// Holds the values of one column of one table between two flushes, as they were shredded.
//
// A Column is dense: null rows append nothing. Rows without a value are the null runs plus all
// rows after the last value. Values of different kinds at the same JSON path never share a Column:
// each (path, Slot) has its own, so nothing is cast while shredding except int64 -> double inside
// kNumber. Names and final types are decided when a run ends (published.h).
//
// A Column belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"

namespace roost::shred {

/// What a value is to its path; the sources from which final columns are made.
enum class Slot : uint8_t {
  kNumber,  // int64 while all values are, double from the first fraction or exponent on
  kWhole,   // integers kNumber cannot hold exactly: decimal digits as text
  kBool,
  kText,        // text, date or timestamp
  kTime,        // texts of the format that a hint names (hints.h): date or timestamp
  kJson,        // JSON text of a value that has no typed column
  kListNumber,  // lists, by the kind of their scalars; nulls inside allowed
  kListBool,
  kListText,
  kListNull,  // lists that hold nothing but nulls, at least one
  kCount
};
constexpr size_t kSlotCount = static_cast<size_t>(Slot::kCount);

/// How the values of a Column are laid out in it.
enum class Layout : uint8_t {
  kNone,        // no value yet
  kInt64,       // words
  kDouble,      // words, as IEEE bits
  kBool,        // bytes, 0 or 1
  kText,        // text: [uint32 length][bytes] for each value; codes: where each begins in text
  kDictionary,  // codes into `dictionary`, distinct entries in order of first use
  kDate,        // codes, as int32 days since 1970-01-01
  kTimestamp,   // words, as int64 microseconds since 1970-01-01T00:00:00 (UTC or local: see
                // TimeFormat)
  kList         // list_lengths, with the elements in *element
};

/// How every timestamp of a column was written. Values: [T or space] date-time [fraction] [suffix].
/// A column may mix "no fraction" with one non-zero width (Python's isoformat), never two widths.
struct TimeFormat {
  char separator = 'T';         // 'T' or ' '
  uint8_t suffix = 0;           // 0 none (local), 1 "Z", 2 "+00:00"
  uint8_t fraction_digits = 0;  // 0 or 1..6: the only width seen
  bool saw_bare = false;        // a value without a fraction
  bool saw_zero = false;        // a value whose written fraction is zero
  bool operator==(const TimeFormat&) const = default;
};

/// Rows [row, row + count) of the slab have no value.
struct NullRun {
  uint32_t row;
  uint32_t count;
};

/// Numbers the distinct texts of a Column; gives up by itself (append.h).
struct Dictionary {
  static constexpr uint32_t kMaxEntries = 1 << 14;
  static constexpr uint32_t kShort = 32;              // bytes of a text that an entry holds itself
  static constexpr uint32_t kMaxLongBytes = 1 << 20;  // of all longer texts
  struct Entry {
    char head[kShort];  // a short text, zero-padded
    uint32_t length;
    uint32_t place;  // of a longer text: where it begins in long_texts
  };
  Buffer<Entry> entries;  // code -> text
  Buffer<char> long_texts;
  Buffer<uint64_t> slots;  // open addressing: hash << 32 | code, ~0 when empty
  uint32_t mask = 0;       // slots.size() - 1, or 0 when there is no table yet

  std::string_view TextOf(const Entry& entry) const {
    return {entry.length <= kShort ? entry.head : long_texts.data() + entry.place, entry.length};
  }
};

struct Column {
  Layout layout = Layout::kNone;
  uint32_t values = 0;  // values in this slab
  uint32_t nulls = 0;   // sum of null_runs
  Slot slot = Slot::kNumber;
  bool never_time = false;  // a text column that has met a value which is no date or timestamp
  bool never_dictionary = false;
  TimeFormat time;  // of kTimestamp
  Buffer<uint64_t> words;
  Buffer<uint32_t> codes;
  Buffer<uint8_t> bytes;
  Buffer<char> text;
  Dictionary dictionary;
  uint64_t dictionary_uses = 0;  // values given a code since the dictionary was begun
  std::vector<NullRun> null_runs;
  Buffer<uint32_t> list_lengths;    // kList: one for each value
  std::unique_ptr<Column> element;  // kList: its rows are the list items, its nulls null items
};

}  // namespace roost::shred
