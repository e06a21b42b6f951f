// Turns rows of shredded columns into the compressed pages of a column chunk.
//
// Written for this one job, since it is where an ingest spends its time: values go from the
// shredder's arrays into the page in one pass, and only compressed pages are kept. Pages follow
// Parquet's data page V1. How each layout is encoded:
//
//   int64, timestamp   DELTA_BINARY_PACKED, a dictionary or PLAIN: what is smallest, compressed,
//   for
//                      the first values of a chunk
//   double             dictionary while distinct values are few, else PLAIN
//   date               DELTA_BINARY_PACKED
//   bool               PLAIN
//   text               DELTA_BYTE_ARRAY if neighbours share prefixes, else DELTA_LENGTH_BYTE_ARRAY,
//                      long ones PLAIN
//   dictionary         RLE_DICTIONARY; later pages are text where the shredder gave it up
//
// Belongs to one thread and holds its scratch memory; chunks may be encoded in any order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "store/chunk.h"
#include "store/chunk_sketch.h"
#include "store/compressor.h"
#include "store/level_packer.h"
#include "store/row_cursor.h"
#include "store/word_dictionary.h"

namespace roost::store {

/// A chunk while it grows. Reset makes it ready for the next row group.
struct OpenChunk {
  ChunkFacts facts;
  Bytes dictionary_page;  // made by Finish
  Bytes data_pages;

  enum class Words : uint8_t { kUndecided, kDictionary, kDelta, kPlain };
  Words words = Words::kUndecided;
  uint8_t groups_until_trial = 0;  // row groups to come, before a dictionary is tried again
  WordDictionary dictionary;
  ChunkSketch sketch;
  std::string saved_sketch;  // made by Finish; empty if there is none
  uint8_t dense_pages =
      0;  // to come, which are not tried to make smaller, as one has not become so

  uint64_t held_bytes() const {
    return sizeof(OpenChunk) + data_pages.size() + dictionary.held_bytes() + sketch.held_bytes() +
           facts.pages.size() * sizeof(PageFacts);
  }
  void Reset();
};

class PageEncoder {
 public:
  static constexpr uint32_t kPageRows = 1 << 16;
  static constexpr size_t kPageBytes = 1 << 20;

  enum class Sketches : uint8_t { kNone, kCheapOnes };
  static Result<std::unique_ptr<PageEncoder>> Make(Codec codec, int level,
                                                   Sketches sketches = Sketches::kNone);

  /// Adds `rows` rows of an optional or list column, the first of which is row `first_row` of the
  /// row group; rows that were left out before are null. Preset facts.physical to kDecimal for
  /// columns whose text is 16-byte numbers.
  Status Add(OpenChunk& chunk, const shred::Column& column, uint64_t first_row, uint32_t rows);
  /// Adds rows of a required int64 column.
  Status AddRequired(OpenChunk& chunk, const int64_t* values, uint32_t rows);
  /// Adds one page of a required int64 column whose values differ at random.
  Status AddRequiredPlain(OpenChunk& chunk, const int64_t* values, uint32_t rows);
  /// Adds one page of a required int64 column as numbers of its dictionary, so far of `entries`.
  Status AddRequiredCodes(OpenChunk& chunk, const uint32_t* codes, uint32_t rows, size_t entries,
                          const Range& range);

  /// Fills up with nulls to `rows`, adds the dictionary page and sums up the facts. `column` gives
  /// the dictionary of text columns; null where there is none.
  Status Finish(OpenChunk& chunk, uint64_t rows, const shred::Column* column);
  /// The same for required columns; `entries` are those that AddRequiredCodes spoke of.
  Status FinishRequired(OpenChunk& chunk, const int64_t* entries, size_t count);

 private:
  struct PageShape {
    uint32_t rows, levels, values;
  };

  PageEncoder() = default;

  PageShape AppendFlatLevels(uint64_t missing, uint32_t rows, RowCursor& cursor, ValueSpan& span);
  PageShape AppendListLevels(ChunkFacts& facts, uint64_t missing, uint32_t rows,
                             const shred::Column& column, RowCursor& lists, RowCursor& items,
                             ValueSpan& span);
  void AppendLevels(const Bytes& packed, uint64_t missing, int width);
  Encoding AppendValues(OpenChunk& chunk, const shred::Column& column, const ValueSpan& span,
                        Range& range);
  Encoding AppendWords(OpenChunk& chunk, const uint64_t* words, uint32_t count, bool is_double);
  Encoding AppendText(const ValueSpan& span);
  /// How the words of a chunk that begins with these are best stored. Sets codes_ for a dictionary.
  OpenChunk::Words TryDoubles(WordDictionary& dictionary, const uint64_t* words, uint32_t count);
  OpenChunk::Words TryIntegers(WordDictionary& dictionary, const uint64_t* words, uint32_t count);
  /// Sets codes_; false, with the dictionary as it was, where that takes too much.
  bool Encode(WordDictionary& dictionary, const uint64_t* words, uint32_t count, uint32_t at_most);
  size_t CompressedBytes(const Bytes& bytes);
  Status EndDataPage(OpenChunk& chunk, const PageShape& shape, Encoding encoding, Range range);
  Status CompressDataPage(OpenChunk& chunk);
  Status EndDictionaryPage(OpenChunk& chunk, size_t entries);
  static void SumUp(OpenChunk& chunk);

  Sketches sketches_ = Sketches::kNone;
  std::unique_ptr<Compressor> compressor_;
  Bytes body_;
  Bytes compressed_;
  Bytes trial_;
  Buffer<uint64_t> bits_;
  Buffer<uint32_t> codes_;
  LevelPacker repetition_{1}, definition_{2};
  Buffer<uint8_t> used_;
  TextScratch text_;
};

/// How values of a layout are stored.
Physical PhysicalOf(shred::Layout layout);

}  // namespace roost::store
