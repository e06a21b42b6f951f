// Writes one Parquet file from chunks that are encoded already.
//
// Chunks go where the file ends, in any order; which column they are, and in which order columns
// stand, is told by the footer alone. Belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/disk.h"
#include "base/status.h"
#include "shred/published.h"
#include "store/chunk.h"
#include "store/compressor.h"
#include "store/page_encoder.h"

namespace roost::store {

/// A column as readers see it.
struct PartColumn {
  std::string name;
  shred::FinalType type = shred::FinalType::kText;
  bool required = false;   // never null: the technical numbers
  bool is_binary = false;  // of kText: bytes that need not be UTF-8
};

using KeyValues = std::vector<std::pair<std::string, std::string>>;

/// What every part of a table has in its footer.
struct PartFormat {
  std::vector<PartColumn> columns;
  KeyValues metadata;
  Codec codec = Codec::kZstd;
};

bool IsList(shred::FinalType type);
Physical PhysicalOf(shred::FinalType type);

class PartFile {
 public:
  static Result<PartFile> Create(const std::string& path);
  /// Takes a spill file over: what it holds up to `bytes` stays.
  static Result<PartFile> TakeOver(const std::string& path, uint64_t bytes);

  /// Appends a finished chunk and returns its facts with its place here.
  Result<ChunkFacts> Append(OpenChunk& chunk);
  /// Copies the bytes of a chunk of another file.
  Result<ChunkFacts> Copy(const disk::File& from, ChunkFacts facts);
  /// Ends a row group, which has the facts of its chunks in the order of the columns.
  void EndRowGroup(RowGroupFacts group);

  /// Writes page indexes and footer, row groups in the order of their first ids.
  Status Finish(const PartFormat& format);

  uint64_t bytes() const { return end_; }
  const std::string& path() const { return file_.path(); }

 private:
  PartFile(disk::File file, uint64_t end) : file_(std::move(file)), end_(end) {}

  disk::File file_;
  uint64_t end_;
  std::vector<RowGroupFacts> row_groups_;
};

}  // namespace roost::store
