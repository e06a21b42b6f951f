// Writes DuckDB's dates, times and the like as text.
#pragma once

#include <string>

#include "query/library.h"

namespace roost::query {

/// True for the types that AppendTemporal takes.
bool IsTemporal(duckdb_type type);

/// Appends row `row` of a vector's data. Dates, times and timestamps as ISO 8601, in UTC with a Z
/// where the type has a zone; infinities, years beyond 0001-9999 and intervals as DuckDB casts
/// them to text.
void AppendTemporal(duckdb_type type, const void* data, idx_t row, std::string& out);

}  // namespace roost::query
