// Reads a spilled chunk back, as the columns that it was made from.
//
// By Arrow's reader, a page at a time, so that little of it is in memory. Text comes back as kText
// even where it was written with a dictionary. Belongs to one thread.
#pragma once

#include <parquet/file_reader.h>

#include <memory>
#include <string>

#include "base/status.h"
#include "shred/column.h"
#include "store/chunk.h"
#include "store/compressor.h"

namespace roost::store {

class ChunkReader {
 public:
  /// `facts` says where in the file the chunk is; it must outlive the reader.
  static Result<std::unique_ptr<ChunkReader>> Open(const std::string& path, const ChunkFacts& facts,
                                                   Codec codec);
  /// The same for a chunk of a whole part. Of `facts`, which must outlive the reader, physical
  /// type, layout, time and is_list count. Decimals come back as digits.
  static std::unique_ptr<ChunkReader> OfPart(std::shared_ptr<parquet::ParquetFileReader> part,
                                             int row_group, int leaf, const ChunkFacts& facts);
  virtual ~ChunkReader() = default;

  /// Replaces the values of `column` by those of the next `rows` rows, which must be there.
  virtual Status Read(uint32_t rows, shred::Column& column) = 0;
};

}  // namespace roost::store
