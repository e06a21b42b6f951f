// Names what is known of a column chunk whose bytes are in a part file.
//
// Facts stay in memory from the end of a row group until its table is published; the bytes (a
// dictionary page if there is one, then the data pages) lie together in the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shred/column.h"
#include "shred/slab.h"
#include "store/encoding.h"

namespace roost::store {

/// Physical types of Parquet; kUnknown has no values yet and can become any.
enum class Physical : uint8_t { kUnknown, kBool, kInt32, kInt64, kDouble, kBytes, kDecimal };

/// Least and greatest value, in the plain encoding of the physical type without lengths.
struct Range {
  enum class State : uint8_t {
    kEmpty,  // no values
    kKnown,
    kUnknown,  // values, but no bound could be given for them
  };
  State state = State::kEmpty;
  bool min_exact = true, max_exact = true;  // false: a bound, not a value
  std::string min, max;
};

struct PageFacts {
  uint64_t offset = 0;     // from the start of the chunk's data pages
  uint32_t bytes = 0;      // compressed, with header
  uint64_t first_row = 0;  // in the row group
  uint32_t levels = 0;     // values and nulls
  uint32_t nulls = 0;
  Range range;
};

struct ChunkFacts {
  const shred::ColumnId* id = nullptr;  // lives as long as the Output
  Physical physical = Physical::kUnknown;
  bool is_list = false;
  shred::Layout layout = shred::Layout::kNone;  // of the values; of a list's elements
  shred::TimeFormat time;                       // of timestamps
  uint64_t offset = 0;                          // in the file
  uint32_t dictionary_bytes = 0;                // compressed, with header; 0: no dictionary page
  uint64_t bytes = 0;                           // compressed, with headers, dictionary included
  uint64_t plain_bytes = 0;                     // the same before compression
  uint64_t rows = 0;
  uint64_t levels = 0;  // values and nulls
  uint64_t nulls = 0;
  uint64_t lists = 0;         // of list chunks: those that are not null,
  uint64_t empty_lists = 0;   // those without items,
  uint64_t hollow_lists = 0;  // and those without an item that is not null, empty ones too
  uint32_t pages_by_encoding[static_cast<size_t>(Encoding::kCount)] = {};
  std::vector<PageFacts> pages;
  Range range;
};

/// Names of the technical columns' ids. Users' paths begin with "/" or are empty.
extern const shred::ColumnId kIdColumn;
extern const shred::ColumnId kParentColumn;
extern const shred::ColumnId kIndexColumn;
extern const shred::ColumnId kShapeColumn;

struct RowGroupFacts {
  uint64_t rows = 0;
  int64_t first_id = 0;
  std::vector<ChunkFacts> chunks;
};

}  // namespace roost::store
