// Writes the empty part that a view begins with while parts differ in their columns.
//
// Without it readers that take the schema of the first file drop a column that came later.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"
#include "ledger/delta_schema.h"

namespace arrow {
class Schema;
}

namespace roost::ledger {

/// The tag of a Part that says with how many of the table's columns it was written. A part without
/// it (a foreign one) may lack any.
constexpr const char* kColumnsTag = "roost.columns";

/// Whether a live part may lack columns of the table.
Result<bool> LacksColumns(const Snapshot& snapshot);

/// How Arrow names these columns; an error for nested types but lists.
Result<std::shared_ptr<arrow::Schema>> ArrowSchema(const std::vector<Column>& columns);

/// A Parquet file at `path` with all columns and no row.
Status WriteSchemaPart(const Snapshot& snapshot, const std::string& path);

}  // namespace roost::ledger
