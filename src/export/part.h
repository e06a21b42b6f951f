// Opens one Parquet file of a store: its footer at once, its rows row group by row group.
//
// A Part holds the footer only, no open file, so a store may have more parts than a process may
// have files. It never changes; any number of threads may read rows through it, each through a
// reader of its own. Readers decode page by page: they need the memory of a page for each column,
// not that of a row group.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace parquet {
class FileMetaData;
}

namespace roost::exporting {

class Part : public std::enable_shared_from_this<Part> {
 public:
  /// An error names the file and says what to do about it.
  static Result<std::shared_ptr<const Part>> Open(const std::string& path);

  /// How texts come: all of them plain, or those of a small dictionary as Arrow's dictionary arrays
  /// (codes of 32 bits), which is quicker for who can use them.
  enum class Texts : uint8_t { kPlain, kCoded };

  /// The next rows of a row group as RecordBatches; only `columns` if it is not empty (those the
  /// part lacks are left out; all of a nested one). The reader keeps all that it needs; it belongs
  /// to one thread.
  Result<std::shared_ptr<arrow::RecordBatchReader>> ReadRows(
      int row_group, const std::vector<std::string>& columns = {},
      Texts texts = Texts::kPlain) const;

  /// The columns with their Arrow types.
  Result<std::shared_ptr<arrow::Schema>> ReadSchema() const;

  const std::string& path() const { return path_; }
  uint64_t bytes() const { return bytes_; }
  int64_t rows() const;
  int row_groups() const;
  int64_t RowGroupRows(int row_group) const;
  /// How many rows a batch of ReadRows holds at most.
  int64_t RowsPerBatch(int row_group) const;

  struct Range {
    int64_t min, max;
  };
  /// The range of an integer column by its statistics; nothing where they are missing.
  std::optional<Range> RangeOf(int row_group, const std::string& column) const;
  /// Values and nulls of a column in a row group; of lists, their items. 0 if there is no such
  /// column.
  int64_t ItemsOf(int row_group, const std::string& column) const;
  /// How many rows of a row group are null in a column that is no list; all of them where the part
  /// lacks the column, nothing where its statistics do not say.
  std::optional<int64_t> NullsOf(int row_group, const std::string& column) const;
  /// A text from the footer's key-value metadata.
  std::optional<std::string> Metadata(const std::string& key) const;

  /// `status` with the file's name and a way out, for faults that show up while rows are read.
  Status Blame(const Status& status) const;

 private:
  Part() = default;

  std::string path_;
  uint64_t bytes_ = 0;
  std::shared_ptr<parquet::FileMetaData> footer_;
};

}  // namespace roost::exporting
