// Turns the columns of a chunk into the store's columns: straight to tables, with no JSON between.
//
// The tables are those that an ingest of the same documents makes: objects flattened, lists of
// scalars as lists, tables keyed to their documents. TableColumn belongs to one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "generate/row_set.h"
#include "shred/column.h"
#include "shred/published.h"
#include "shred/slab.h"

namespace roost::generate {

/// One column of a table on its way into the store.
class TableColumn {
 public:
  /// Invalid where a choice mixes kinds that no one column can hold.
  static Result<std::unique_ptr<TableColumn>> Make(const Program& program, int table, int column);

  /// Appends rows [begin, end) of the set as rows `slab_row`, ... of the slab.
  void Append(RowSet& set, size_t begin, size_t end, uint32_t slab_row);
  /// Forgets the values, not the dictionary.
  void Clear();

  const shred::ColumnId& id() const { return id_; }
  const shred::Column& column() const { return column_; }
  shred::FinalType type() const { return type_; }
  const shred::TimeFormat& time() const { return column_.time; }
  /// Names joined by _, and the JSON path below the row.
  const std::string& name() const { return name_; }
  const std::string& json_path() const { return json_path_; }

 private:
  enum class Form : uint8_t {
    kNull,
    kInt,
    kScaled,
    kFlag,
    kCode,
    kEntryNumber,
    kEntryFlag,
    kText,
    kTime,
    kDate
  };

  TableColumn() = default;
  Status Decide(const Program& program, int table, const Column& column);
  Status DecideEntries(const std::vector<world::Constant>& values);
  void DecideType(bool is_list);
  bool IsThere(RowSet& set, size_t row, size_t value) const;
  void AppendNull(uint32_t slab_row);
  void AppendValue(RowSet& set, int column, const Values& values, size_t i, shred::Column* to);
  void AppendText(RowSet& set, int column, size_t i, shred::Column* to);

  const Program* program_ = nullptr;
  int table_ = 0, index_ = 0;
  Form form_ = Form::kNull;
  bool may_miss_ = false;
  double scale_ = 1;
  std::vector<int> groups_;            // objects around it
  std::vector<uint32_t> codes_;        // kCode: of each entry
  std::vector<uint64_t> entry_words_;  // kEntryNumber, kEntryFlag
  std::vector<uint8_t> entry_is_null_;
  size_t text_bytes_ = 0;  // at most
  shred::Column column_;
  shred::ColumnId id_;
  shred::FinalType type_ = shred::FinalType::kNull;
  std::string name_, json_path_;
};

}  // namespace roost::generate
