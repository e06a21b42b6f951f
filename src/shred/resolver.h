// Makes room for a parsed record: finds or makes the tables, paths and columns of its values, and
// changes the layouts that cannot hold them.
//
// It runs between records, before any row of the record exists. So a layout changes while the slab
// holds whole records only, and the emitter (emitter.h) just appends.
#pragma once

#include <vector>

#include "base/status.h"
#include "shred/array_class.h"
#include "shred/flush.h"
#include "shred/table.h"
#include "shred/tape.h"

namespace roost::shred {

/// What the emitter needs to know of a value, by token.
struct Resolved {
  Node* node = nullptr;  // null: a value whose key comes again (duplicate)
  ArrayFacts array{};    // of an array
};

class Resolver {
 public:
  Resolver(TableSet* tables, Flusher* flusher) : tables_(*tables), flusher_(*flusher) {}

  /// Resolves the record at token `index` as a row of `table`.
  Status Resolve(Tape& tape, uint32_t index, Table& table);

  const Resolved& operator[](uint32_t token) const { return resolved_[token]; }
  /// The array at `token` counts as rows of a table although it shows none.
  void SetRows(uint32_t token) { resolved_[token].array = {ArrayClass::kTable}; }
  uint64_t duplicate_keys() const { return duplicate_keys_; }

 private:
  Status Value(Node& node, uint32_t index);
  Status Object(Node& node, uint32_t index);
  Status Map(Node& node, uint32_t index);
  Status Array(Node& node, uint32_t index, Items items);
  Status Fraction(Node& node);
  Status ListOfNumbers(Node& node, const ArrayFacts& facts);
  Status Text(Node& node, std::string_view text);
  /// Ends the row group that `column` is in, so that its layout may change; with `empty` also
  /// hands the open slab out.
  Status Release(NodeColumn& column, bool empty);

  TableSet& tables_;
  Flusher& flusher_;
  Tape* tape_ = nullptr;
  std::vector<Resolved> resolved_;
  uint64_t object_serial_ = 0;
  uint64_t duplicate_keys_ = 0;
};

}  // namespace roost::shred
