// Reads rows of a table as numbers, to look for strange ones: all rows of up to half a million, of
// larger tables 131,072, the first ones of row groups all over the table.
//
// Numbers and flags stand for themselves; a text of few different ones becomes the surprise of how
// often it comes, any other its length. At most 32 columns: the first whose values are plain.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "anomaly/numbers.h"
#include "validate/tables.h"

namespace roost::validate {

struct RowSample {
  anomaly::Numbers numbers;
  std::vector<size_t> fields;  // of the columns
  std::vector<uint64_t> rows;  // in the table

  /// Of some fields; none: of all.
  static Result<RowSample> Read(const TableInfo& table, const std::vector<const Field*>& fields,
                                unsigned threads, const std::function<bool()>& should_stop);
};

}  // namespace roost::validate
