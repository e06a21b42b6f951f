// Describes chunks that lie in a file as Arrow's Parquet metadata. What it calls may throw.
#pragma once

#include <parquet/page_index.h>
#include <parquet/statistics.h>

#include <memory>
#include <span>

#include "store/part_file.h"

namespace parquet {
class FileMetaData;
}

namespace roost::store {

parquet::EncodedStatistics StatisticsOf(const Range& range, uint64_t nulls);

/// Each row group has a chunk for each column. `indexes` says where page indexes were written, or
/// is null where there are none.
std::shared_ptr<parquet::FileMetaData> MakeFileMetadata(
    const PartFormat& format, std::span<const RowGroupFacts> row_groups,
    const parquet::PageIndexBuilder::WriteResult* indexes);

}  // namespace roost::store
