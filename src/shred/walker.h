// Shreds a record that looks like earlier ones: the fast way.
//
// It goes from literal to literal (spellings.h) and appends straight to columns that exist, with
// the layout they have. Whatever is new or odd (an unknown key, another type, an escape that needs
// care, bad JSON) is a miss: the record is taken back whole and goes the complete way, which
// teaches the walker. So it never changes a layout, makes a value's column, or judges bad input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shred/coded_shapes.h"
#include "shred/emitter.h"
#include "shred/row_cursor.h"
#include "shred/spellings.h"

namespace roost::shred {

class Walker {
 public:
  Walker(RowCursor* cursor, Emitter* emitter, ValueCounts* counts, unsigned max_depth)
      : cursor_(*cursor),
        emitter_(*emitter),
        counts_(*counts),
        max_depth_(max_depth),
        tape_(max_depth) {}

  /// Writes the record at p to `root` and its child tables. Returns its end, or null for a miss;
  /// then nothing has changed. The bytes up to `end` must be valid UTF-8, with a zero behind.
  const char* Walk(const char* p, const char* end, Table& root, int64_t parent_id, uint32_t index);

  /// Learns the spelling of a record that was just written the complete way.
  void Learn(Tape& tape, Table& root) { spellings_.Learn(tape, root); }

 private:
  const char* Record(Table& table, uint32_t row, const char* p, uint32_t depth);
  const char* Scalar(Key* key, uint32_t row, const char* p, uint32_t depth, Code& code);
  const char* Usual(Key* key, uint32_t row, const char* p);
  const char* Null(const char* p);
  const char* Hinted(Key* key, uint32_t row, const char* p, uint32_t depth, Code& code);
  const char* Verbatim(Key* key, uint32_t row, const char* p, Code& code);
  const char* Time(Key* key, uint32_t row, const char* p);
  const char* Predicted(NodeColumn& column, uint32_t row, const char* p);
  const char* Text(Key* key, uint32_t row, const char* p);
  const char* Number(Key* key, uint32_t row, const char* p);
  const char* Bool(Key* key, uint32_t row, const char* p);
  const char* Array(const Literal& literal, uint32_t row, const char* p, uint32_t depth,
                    Code& code);
  const char* Rows(Table& child, int64_t parent_id, const char* p, uint32_t depth);
  const char* List(Key* key, uint32_t row, const char* p);
  const char* ListOfTexts(Column& items, const char* p, uint32_t& count);
  const char* ListOfNumbers(Column& items, const char* p, uint32_t& count);
  const char* Json(Key* key, uint32_t row, const char* p, uint32_t depth);
  bool EmptyList(Node& node, uint32_t row);
  void SetShape(Table& table, uint32_t row, size_t first_code);
  void SpellPending();
  bool ShouldSkip();

  /// A row whose shape has no number yet; its codes begin at `first` of pending_codes_.
  struct PendingShape {
    Table* table;
    uint32_t row;
    size_t first, count;
  };

  RowCursor& cursor_;
  Emitter& emitter_;
  ValueCounts& counts_;
  unsigned max_depth_;
  Spellings spellings_;
  Tape tape_;  // for arrays that become JSON text
  const char* end_ = nullptr;
  std::string text_;
  std::vector<NodeColumn*> lists_;  // solid lists appended in this record
  uint64_t row_serial_ = 0;
  Buffer<Code> codes_;  // of the records being read, inner ones behind outer ones
  Buffer<Code> pending_codes_;
  std::vector<PendingShape> pending_;
  uint32_t recent_walks_ = 0, recent_misses_ = 0, skips_left_ = 0;
};

}  // namespace roost::shred
