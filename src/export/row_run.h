// Reads the rows of one row group in the order of their keys, a batch at a time.
//
// The key of a root's row is its id, that of any other row its parent's; rows of one parent come by
// their index. roost writes row groups in this order, because shredders go through documents from
// front to back. A row group in another order (a foreign writer's) is read whole and sorted.
// Rows without an id are no rows of documents, and are left out.
#pragma once

#include <arrow/type_fwd.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "export/catalog.h"
#include "export/column_values.h"

namespace roost::exporting {

/// What all readers of a table share. Never changes.
struct TableSource {
  const StoredTable* table;
  std::vector<std::shared_ptr<const Part>> parts;
  store::ShapeTexts shapes;

  const shred::FinalTable& facts() const { return table->facts.table; }
  bool is_root() const { return facts().kind == shred::TableKind::kRoot; }
  const std::string& key_name() const { return is_root() ? facts().id_name : facts().parent_name; }
};

/// Where a row stands in its table.
struct RowPlace {
  int64_t key;
  int64_t index;
  auto operator<=>(const RowPlace&) const = default;
};

struct RowBatch {
  int64_t rows = 0;
  const int64_t* id = nullptr;
  const int64_t* key = nullptr;
  const int64_t* index = nullptr;     // null in roots
  const int64_t* shape = nullptr;     // null in tables without shapes
  std::vector<ColumnValues> columns;  // in the order of facts().columns
  std::vector<std::shared_ptr<arrow::Array>> kept;
};

class RowRun {
 public:
  /// Stands at the first row whose key is at least `first_key`, if there is one.
  static Result<std::unique_ptr<RowRun>> Open(const TableSource& source, const Part& part,
                                              int row_group, int64_t first_key);

  bool is_done() const { return row_ >= batch_.rows; }
  const RowBatch& batch() const { return batch_; }
  int64_t row() const { return row_; }
  int64_t id() const { return batch_.id[row_]; }
  RowPlace place() const {
    return {batch_.key[row_], batch_.index != nullptr ? batch_.index[row_] : 0};
  }
  /// Goes on to the next row. The batch dies when the last of its rows is left.
  Status Advance() {
    if (++row_ < batch_.rows) [[likely]]
      return Status::OK();
    return LoadBatch();
  }

 private:
  RowRun(const TableSource& source, const Part& part) : source_(source), part_(part) {}
  Status Start(int row_group);
  Status LoadBatch();
  Status Take(const std::shared_ptr<arrow::RecordBatch>& rows);

  const TableSource& source_;
  const Part& part_;
  std::shared_ptr<arrow::RecordBatchReader> reader_;  // null after the last batch
  RowBatch batch_;
  int64_t row_ = 0;
};

}  // namespace roost::exporting
