// Makes what stands behind the chunks of a Parquet file: page indexes and metadata, by Arrow.
#pragma once

#include <span>
#include <string>

#include "base/status.h"
#include "store/part_file.h"

namespace roost::store {

/// The bytes from `offset` to the end of the file. Each row group has a chunk for each column.
Result<std::string> MakeFooter(const PartFormat& format, std::span<const RowGroupFacts> row_groups,
                               uint64_t offset);

}  // namespace roost::store
