// Says in Parquet's schema language what the columns of a part are.
#pragma once

#include <parquet/schema.h>

#include <memory>
#include <span>

#include "store/part_file.h"

namespace roost::store {

/// Field ids count the columns from 1.
std::shared_ptr<parquet::schema::GroupNode> MakeSchema(std::span<const PartColumn> columns);

}  // namespace roost::store
