// Takes the rows of some files out of a table's parts: what a file held before it changed.
//
// Parts never change. Those that hold such rows are left out of the table, and what else they held
// is written anew.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"
#include "store/output.h"

namespace roost::store {

/// File numbers [first, first + count).
struct NumberRange {
  uint64_t first = 0, count = 0;
};

struct RowRemoval {
  std::string table;          // as OutputPlaces names it
  std::string folder;         // where its parts are
  std::string number_column;  // int64
  int shift = 0;              // by so many bits above the file's number
  std::vector<NumberRange> files;
};

struct RemovedRows {
  std::vector<ledger::Removal> removed;
  std::vector<WrittenPart> added;
  uint64_t rows = 0;  // that are gone
};

/// Of the live parts of `table`. New parts are in their places, and the caller's to remove if an
/// error follows. IOError if a part is gone: the table has moved on.
Result<RemovedRows> RemoveRows(const RowRemoval& removal, const ledger::Snapshot& table,
                               const OutputPlaces& places);

}  // namespace roost::store
