// Numbers new rows, and remembers where the current record began in every table it touched, so that
// a record which turns out to be broken can be taken back whole.
#pragma once

#include <cstdint>
#include <vector>

#include "shred/append.h"
#include "shred/table.h"

namespace roost::shred {

constexpr int kRowBits = 24;  // _roost_id = file number << kRowBits | row

class RowCursor {
 public:
  /// Rows from here on are of the unit whose file numbers begin with `number`.
  void BeginUnit(uint64_t number) {
    ++unit_serial_;
    first_id_ = static_cast<int64_t>(number << kRowBits);
  }
  /// Where the record being written begins in its file; for reports of first conflicts.
  void SetRecordOffset(uint64_t offset) { record_offset_ = offset; }
  uint64_t record_offset() const { return record_offset_; }

  void BeginRecord() {
    ++record_serial_;
    touched_.clear();
  }

  /// Adds a row and returns its place in the slab; `parent_id` and `index` are for child tables.
  uint32_t NewRow(Table& table, int64_t parent_id, uint32_t index) {
    if (table.record_serial != record_serial_) Touch(table);
    uint32_t row = table.rows++;
    if (row >= table.capacity) [[unlikely]]
      table.Grow();
    table.id[row] = first_id_ + static_cast<int64_t>(table.next_in_unit++);
    if (table.kind != TableKind::kRoot) {
      table.parent_id[row] = parent_id;
      table.index[row] = index;
    }
    return row;
  }

  /// Takes back all rows and values of the current record.
  void TakeBackRecord() {
    for (Table* table : touched_) {
      for (NodeColumn* column : table->columns) TruncateRows(*column, table->mark_rows);
      table->rows = table->mark_rows;
      table->next_in_unit = table->mark_next_in_unit;
    }
  }
  const std::vector<Table*>& touched() const { return touched_; }

 private:
  void Touch(Table& table) {
    table.record_serial = record_serial_;
    if (table.unit_serial != unit_serial_) {
      table.unit_serial = unit_serial_;
      table.next_in_unit = 0;
    }
    table.mark_rows = table.rows;
    table.mark_next_in_unit = table.next_in_unit;
    touched_.push_back(&table);
  }

  uint64_t unit_serial_ = 0;
  uint64_t record_serial_ = 0;
  int64_t first_id_ = 0;
  uint64_t record_offset_ = 0;
  std::vector<Table*> touched_;
};

}  // namespace roost::shred
