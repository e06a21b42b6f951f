// Shreds a record that looks like earlier ones: the fast way.
//
// It follows the trie of spellings (shape_trie.h) and appends straight to columns that exist, with
// the layout they have. Whatever is new or odd (an unknown key, another type, an escape that needs
// care, bad JSON) is a miss: the record is taken back whole and goes the complete way, which
// teaches the trie. So the walker never changes a layout, makes a column, or judges bad input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shred/emitter.h"
#include "shred/row_cursor.h"
#include "shred/shape_trie.h"

namespace roost::shred {

class Walker {
 public:
  Walker(RowCursor* cursor, ValueCounts* counts, unsigned max_depth)
      : cursor_(*cursor), counts_(*counts), max_depth_(max_depth), tape_(max_depth) {}

  /// Writes the record at p to `root` and its child tables. Returns its end, or null for a miss;
  /// then nothing has changed. The bytes up to `end` must be valid UTF-8, with a zero behind.
  const char* Walk(const char* p, const char* end, Table& root, int64_t parent_id, uint32_t index);

  /// Learns the spelling of a record that was just written the complete way.
  void Learn(const Tape& tape, Table& root) { trie_.Learn(tape, root); }

 private:
  const char* Record(Table& table, uint32_t row, const char* p, uint32_t depth);
  const char* Scalar(Key* key, uint32_t row, const char* p);
  const char* Predicted(NodeColumn& column, uint32_t row, const char* p);
  const char* Text(Key* key, uint32_t row, const char* p);
  const char* Number(Key* key, uint32_t row, const char* p);
  const char* Bool(Key* key, uint32_t row, const char* p);
  const char* Array(Key* key, uint32_t row, const char* p, uint32_t depth, State*& next);
  const char* Rows(Table& child, int64_t parent_id, const char* p, uint32_t depth);
  const char* List(Key* key, uint32_t row, const char* p);
  const char* ListOfTexts(Column& items, const char* p, uint32_t& count);
  const char* ListOfNumbers(Column& items, const char* p, uint32_t& count);
  const char* Json(Key* key, uint32_t row, const char* p);
  bool EmptyList(Node& node, uint32_t row);
  bool ShouldSkip();

  RowCursor& cursor_;
  ValueCounts& counts_;
  unsigned max_depth_;
  ShapeTrie trie_;
  Tape tape_;  // for arrays that become JSON text
  const char* end_ = nullptr;
  std::string text_;
  std::vector<NodeColumn*> lists_;  // solid lists appended in this record
  uint32_t recent_walks_ = 0, recent_misses_ = 0, skips_left_ = 0;
};

}  // namespace roost::shred
