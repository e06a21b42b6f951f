// Finds the tables of a folder: of a roost store by its catalog, else by the names of files. Or
// takes them as they are named.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "relate/database.h"

namespace roost::relate {

/// Tables with their parts, rows, and columns in order (names, storage and types; no values).
/// Technical columns of a store are named in the Table and are no Columns.
Result<Database> FindTables(const std::string& folder);

/// Parquet files that are one table, and which of its columns count, in this order.
struct TableSource {
  std::string name;
  std::vector<std::string> parts, columns;
};
/// As of a folder that is no store; what these files also hold is not looked at.
Result<Database> OpenTables(std::vector<TableSource> sources);

}  // namespace roost::relate
