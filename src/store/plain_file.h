// Writes a table that is in memory as one plain Parquet file: no ids, no facts about JSON in it.
#pragma once

#include <arrow/type_fwd.h>

#include <string>

#include "base/status.h"

namespace roost::store {

/// Replaces what had the name; there is the whole file or none.
Status WritePlainFile(const arrow::Table& table, const std::string& path);

}  // namespace roost::store
