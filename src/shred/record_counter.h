// Counts what records hold, and keeps none of their values: for the rest of an attempt that will be
// repeated with another plan (plan.h) in any case.
//
// Which paths become maps, and which keep columns, depends on all records, so they are all counted;
// but 100,000 columns of values that nobody will read would take more memory than a run may have.
// The counts are those that the emitter's shapes and columns would have come to. One thread.
#pragma once

#include <string>
#include <vector>

#include "shred/array_class.h"
#include "shred/table.h"
#include "shred/tape.h"

namespace roost::shred {

class RecordCounter {
 public:
  /// Turns what the tables' shapes and columns have counted into counts of paths, and drops both.
  /// The tables' rows must have been handed out.
  explicit RecordCounter(TableSet* tables);

  /// Counts the record at token 0 of `tape` as a row of `table`.
  void Count(Tape& tape, Table& table);
  /// The record just counted has arrays at these keys which only look empty (Emitter::SetStreamed).
  void CountStreamed(Table& table, const std::vector<std::string>& keys);

 private:
  void Row(Table& table, uint32_t index);
  void Value(Node& node, uint32_t index);
  void Object(Node& node, uint32_t index);
  void Map(Node& node, uint32_t index);
  void Array(Node& node, Items items);
  void Rows(Table& child, Items items);

  TableSet& tables_;
  Tape* tape_ = nullptr;
  std::vector<Node*> members_;  // by token: the path of a value that counts
  uint64_t object_serial_ = 0;
};

}  // namespace roost::shred
