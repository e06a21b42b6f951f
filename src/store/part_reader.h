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

/// Reads a column of int64 that is never null, of one row group, from front to back.
class NumberReader {
 public:
  virtual ~NumberReader() = default;
  virtual Status Skip(uint64_t rows) = 0;
  /// The next `rows` values, which must be there.
  virtual Status Read(uint64_t rows, int64_t* to) = 0;
};

class PartReader : public std::enable_shared_from_this<PartReader> {
 public:
  static Result<std::shared_ptr<PartReader>> Open(const std::string& path);

  int row_groups() const;
  uint64_t RowGroupRows(int row_group) const;
  uint64_t RowGroupBytes(int row_group) const;  // before compression
  /// The text under a key of the footer; empty where there is none.
  std::string Metadata(const std::string& key) const;

  /// Reads `column` of a row group; null where the part lacks it. `facts` is set, and must outlive
  /// the reader.
  Result<std::unique_ptr<ChunkReader>> Column(int row_group, const shred::FinalColumn& column,
                                              ChunkFacts& facts);
  Result<std::unique_ptr<NumberReader>> Numbers(int row_group, const std::string& name);
  /// All values of such a column.
  Result<std::vector<int64_t>> Required(int row_group, const std::string& name);

 private:
  class NumbersOfPart;

  PartReader(std::string path, std::shared_ptr<parquet::ParquetFileReader> file)
      : path_(std::move(path)), file_(std::move(file)) {}
  int LeafOf(const std::string& name) const;
  Status Fault(const char* what) const;

  std::string path_;
  std::shared_ptr<parquet::ParquetFileReader> file_;
  std::unordered_map<std::string, int> leaves_;  // by the name of a column
};

}  // namespace roost::store
