// Names what the shredder hands to the store: the rows of one table since the last flush.
//
// The slab belongs to the shredder and is valid during TableSink::Flush only; the sink reads the
// columns and must not change them (the shredder clears them afterwards). All calls for one
// shredder come from one thread; several shredders (threads) have a sink each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "shred/column.h"

namespace roost::shred {

/// Identifies a column everywhere: the JSON path inside its table's record, and what it holds.
/// The path is text (path.h), so that shredders need not agree on numbers.
struct ColumnId {
  std::string path;
  Slot slot;
  auto operator<=>(const ColumnId&) const = default;
};

/// One column of a slab. `token` is the same for the same column in every flush of one shredder,
/// counted from 0 in each table; `id` lives as long as the shredder.
struct SlabColumn {
  uint32_t token;
  const ColumnId* id;
  const Column* column;
};

/// A shape dictionary entry of a table, by local number.
struct SlabShape {
  uint64_t hash;  // the _roost_shape value
};

struct Slab {
  uint32_t table;                     // number of the table in this shredder, from 0
  const std::string* table_identity;  // the same in every shredder (path.h); the store's join key
  uint32_t rows;
  const int64_t* id;                    // _roost_id, ascending within a file
  const int64_t* parent;                // _roost_parent; null for a root table
  const uint32_t* index;                // _roost_idx; null for a root table
  const uint32_t* shape;                // local shape numbers; shapes[n].hash is the value to store
  std::span<const SlabShape> shapes;    // grows from flush to flush, entries never change
  std::span<const SlabColumn> columns;  // the columns that have a value in this slab; every other
                                        // column of the table is null in all its rows
};

/// Takes slabs. A sink encodes at once and keeps no pointer beyond the call.
class TableSink {
 public:
  virtual ~TableSink() = default;
  /// Adds the rows of `slab` to the open row group of its table.
  virtual Status Flush(const Slab& slab) = 0;
  /// Ends the open row group of a table. `columns` are all columns that were flushed in it, with
  /// their dictionaries still whole: the codes flushed since the last EndRowGroup refer to them
  /// (also where the column has given its dictionary up since and went on as kText). Called before
  /// a column changes its layout (int64 -> double, date or timestamp -> text; dictionary -> text
  /// is no reason), when RowGroupIsFull says so, and at the end. No open row group: does nothing.
  virtual Status EndRowGroup(uint32_t table, std::span<const SlabColumn> columns) = 0;
  /// True when the row group of the table has its full size; asked after each Flush.
  virtual bool RowGroupIsFull(uint32_t table) const = 0;
};

}  // namespace roost::shred
