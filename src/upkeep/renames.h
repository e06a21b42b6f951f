// Finds columns that may go on under another name: one ends where another of its kind begins, in
// the same object, and no row has both.
#pragma once

#include <vector>

#include "base/status.h"
#include "export/catalog.h"
#include "roost/upkeep.h"
#include "store/schema_history.h"

namespace roost::upkeep {

/// Reads the columns that `changes` brought to the table, and those that may have been they. Rows
/// follow each other by their ids: file by file, as files were taken.
Result<std::vector<PossibleRename>> FindRenames(const exporting::StoredTable& table,
                                                const std::vector<store::SchemaChange>& changes);

}  // namespace roost::upkeep
