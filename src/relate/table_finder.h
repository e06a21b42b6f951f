// Finds the tables of a folder: of a roost store by its catalog, else by the names of files.
#pragma once

#include "relate/database.h"

namespace roost::relate {

/// Tables with their parts, rows, and columns in order (names, storage and types; no values).
/// Technical columns of a store are named in the Table and are no Columns.
Result<Database> FindTables(const std::string& folder);

}  // namespace roost::relate
