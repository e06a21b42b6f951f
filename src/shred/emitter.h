// Writes a parsed record (tape) into tables: the complete way, for whatever the record holds.
//
// With the Resolver before it, it alone makes tables, paths and columns and changes layouts. The
// record has been parsed to its end, so nothing has to be taken back. The walker (walker.h) is the
// fast way for records of which everything is known; both must leave the same tables.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "shred/resolver.h"
#include "shred/row_cursor.h"

namespace roost::shred {

/// Scalars, list items, JSON texts, map keys and kept duplicates count as values.
struct ValueCounts {
  uint64_t values = 0;
  uint64_t nulls = 0;
  uint64_t duplicate_keys = 0;
};

class Emitter {
 public:
  Emitter(TableSet* tables, RowCursor* cursor, Flusher* flusher, ValueCounts* counts)
      : tables_(*tables), cursor_(*cursor), resolver_(tables, flusher), counts_(*counts) {}

  /// Writes the record at token `index` of `tape` as a row of `table`, with all below it; nothing
  /// once TableSet::needs_plan.
  Status EmitRecord(Tape& tape, uint32_t index, Table& table, int64_t parent_id,
                    uint32_t index_in_parent);

  /// Arrays of the record at these keys are empty in it, but have rows written before; null: none.
  void SetStreamed(const std::vector<std::string>* keys) { streamed_ = keys; }

  /// Gives a finished row its shape: by number, or spelled out where no more numbers are given.
  void SetShape(Table& table, uint32_t row, std::string_view text);

 private:
  void MarkStreamed(uint32_t index);
  void Row(Table& table, uint32_t row, uint32_t index);
  void Value(Node& node, uint32_t row, uint32_t index);
  bool Hinted(Node& node, uint32_t row, uint32_t index);
  bool TimeOfFormat(Node& node, uint32_t row, std::string_view text);
  void Object(Node& node, uint32_t row, uint32_t index);
  void Map(Node& node, uint32_t row, uint32_t index);
  void Array(Node& node, uint32_t row, uint32_t index, Items items);
  void ArrayRows(Node& node, uint32_t row, Items items);
  void Overflow(Node& node, uint32_t row, uint32_t index);
  void Json(Node& node, uint32_t row, uint32_t index, Items items);
  uint64_t CountItems(Items items) const;
  void List(Node& node, uint32_t row, uint32_t index, Items items);
  void Scalar(Node& node, uint32_t row, uint32_t index);
  void NumberValue(Node& node, uint32_t row, uint32_t index);
  void TextValue(Node& node, uint32_t row, std::string_view text);
  NodeColumn& ColumnFor(Node& node, Slot slot, uint32_t row, Layout layout);
  void PlainText(Node& node, Slot slot, uint32_t row, std::string_view text);

  TableSet& tables_;
  RowCursor& cursor_;
  Resolver resolver_;
  ValueCounts& counts_;
  Tape* tape_ = nullptr;
  std::string shapes_;  // texts of the shapes being built, inner ones behind outer ones
  std::string extra_;   // duplicates of the row being written, joined by commas
  std::string text_;
  uint32_t overflow_index_ = 0;
  const std::vector<std::string>* streamed_ = nullptr;
};

}  // namespace roost::shred
