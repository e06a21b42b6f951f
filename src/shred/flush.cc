#include "shred/flush.h"

#include "shred/append.h"

namespace roost::shred {
namespace {

constexpr size_t kRowBytes = 24;  // what roost adds: id, parent, index, shape

size_t ValueBytes(const Column& column) {
  size_t bytes = column.values * sizeof(uint64_t) + column.text.size();
  return column.element ? bytes + ValueBytes(*column.element) : bytes;
}

}  // namespace

size_t SlabBytes(const Table& table) {
  size_t bytes = table.rows * kRowBytes;
  for (const NodeColumn* column : table.columns) bytes += ValueBytes(*column);
  return bytes;
}

Status Flusher::Flush(Table& table) {
  if (table.rows == 0) return Status::OK();
  columns_.clear();
  for (NodeColumn* column : table.columns) {
    if (column->values == 0) continue;
    columns_.push_back({column->token, &column->id, column});
    column->flushed_values += column->values;
    if (column->element) column->flushed_items += column->element->values;
    column->in_row_group = true;
  }
  for (uint32_t row = 0; row < table.rows; ++row) table.shapes.Count(table.shape[row]);
  bool is_root = table.kind == TableKind::kRoot;
  Slab slab{table.number,
            &table.identity,
            table.rows,
            table.id.data(),
            is_root ? nullptr : table.parent_id.data(),
            is_root ? nullptr : table.index.data(),
            table.shape.data(),
            table.shapes.hashes(),
            columns_};
  ROOST_TRY(sink_->Flush(slab));
  for (const SlabColumn& flushed : columns_) ClearValues(*table.columns[flushed.token]);
  for (NodeColumn* column : table.columns) {
    if (column->nulls) ClearValues(*column);
  }
  table.flushed_rows += table.rows;
  table.rows = 0;
  table.row_group_open = true;
  return sink_->RowGroupIsFull(table.number) ? EndRowGroup(table) : Status::OK();
}

Status Flusher::EndRowGroup(Table& table) {
  if (!table.row_group_open) return Status::OK();
  columns_.clear();
  for (NodeColumn* column : table.columns) {
    if (column->in_row_group) columns_.push_back({column->token, &column->id, column});
  }
  ROOST_TRY(sink_->EndRowGroup(table.number, columns_));
  table.row_group_open = false;
  for (NodeColumn* column : table.columns) {
    column->in_row_group = false;
    // Codes of rows that are not flushed yet still need their dictionary.
    if (column->values == 0 || column->layout == Layout::kText) ForgetDictionary(*column);
    if (column->element && (column->values == 0 || column->element->layout == Layout::kText)) {
      ForgetDictionary(*column->element);
    }
  }
  if (table.rows == 0) table.shapes.ForgetPassing();
  return Status::OK();
}

}  // namespace roost::shred
