// Writes a result as text that people can read and tests can compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "shred/reference/reference.h"

namespace roost::shred::reference {

struct DumpOptions {
  size_t max_rows = SIZE_MAX;     // of each table; the rest is counted
  size_t max_columns = SIZE_MAX;  // likewise
  bool reasons = true;            // of rejects; the two implementations word them differently
};

/// One block a table (name, identity, kind; columns; rows), then rejects and files.
std::string Dump(const Result& result, const DumpOptions& options = {});

/// The name of a type in the Parquet metadata: int64, timestamp_utc, ...
const char* TypeName(FinalType type);
const char* KindName(TableKind kind);

}  // namespace roost::shred::reference
