// Reads the columns of parts that are in a table: for rows that are written anew.
//
// Belongs to one thread. Failures of Parquet's library come out as IOErrors that name the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "shred/published.h"
#include "store/chunk_reader.h"

namespace roost::store {

/// A row group of a part.
struct RowSegment {
  std::shared_ptr<class PartReader> part;
  int row_group = 0;
  uint64_t rows = 0, bytes = 0;  // bytes: before compression
  int64_t first_id = 0;
};

class PartReader : public std::enable_shared_from_this<PartReader> {
 public:
  static Result<std::shared_ptr<PartReader>> Open(const std::string& path);

  /// In the order in which they lie. `id_name` is the column that tells the first ids.
  Result<std::vector<RowSegment>> Segments(const std::string& id_name);
  /// The text under a key of the footer; empty where there is none.
  std::string Metadata(const std::string& key) const;

  /// Reads `column` of a row group; null where the part lacks it. `facts` is set, and must outlive
  /// the reader.
  Result<std::unique_ptr<ChunkReader>> Column(int row_group, const shred::FinalColumn& column,
                                              ChunkFacts& facts);
  /// All values of a column of int64 that is never null.
  Result<std::vector<int64_t>> Required(int row_group, const std::string& name) {
    return Numbers(row_group, name, INT64_MAX);
  }

 private:
  PartReader(std::string path, std::shared_ptr<parquet::ParquetFileReader> file)
      : path_(std::move(path)), file_(std::move(file)) {}
  int LeafOf(const std::string& name) const;
  Result<std::vector<int64_t>> Numbers(int row_group, const std::string& name, int64_t at_most);
  Status Fault(const char* what) const;

  std::string path_;
  std::shared_ptr<parquet::ParquetFileReader> file_;
  std::unordered_map<std::string, int> leaves_;  // by the name of a column
};

}  // namespace roost::store
