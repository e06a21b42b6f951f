// Writes a table whose rows come one by one: the ledger and the quarantine.
//
// Cells of a row are given in the order of the columns, then EndRow. Rows go to disk as they come;
// little is kept in memory. Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/part_file.h"

namespace roost::store {

class RowTable {
 public:
  static Result<std::unique_ptr<RowTable>> Create(const std::string& path, PartFormat format,
                                                  int level);

  RowTable& Number(uint64_t value);
  RowTable& Time(int64_t microseconds);
  RowTable& Text(std::string_view value);
  RowTable& NumberOrNull(const std::optional<uint64_t>& value);
  RowTable& TextOrNull(const std::optional<std::string>& value);
  Status EndRow();

  /// Writes the footer; nothing may follow.
  Status Finish();

 private:
  struct Cells {
    shred::Column column;
    OpenChunk chunk;
  };

  RowTable(PartFile file, PartFormat format) : file_(std::move(file)), format_(std::move(format)) {}
  Status FlushPage();
  Status FlushRowGroup();

  PartFile file_;
  PartFormat format_;
  std::unique_ptr<PageEncoder> encoder_;
  std::vector<Cells> cells_;
  size_t next_ = 0;  // cell
  uint32_t page_rows_ = 0;
  uint64_t page_bytes_ = 0;
  uint64_t group_rows_ = 0;  // in pages
};

}  // namespace roost::store
