// Reads the values of a folder of plain Parquet tables, to compare them with documents.
#pragma once

#include <string>

#include "base/status.h"
#include "demo/documents.h"

namespace roost::demo {

/// All values but nulls; each column is the field of its name.
Result<ValueCounts> ReadTableValues(const std::string& folder);

}  // namespace roost::demo
