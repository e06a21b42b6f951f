// Reads rows of some parts of a table as numbers, to look for strange ones: all rows, or every so
// many of the first rows of a few row groups all over these parts.
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

struct SampledPart {
  const exporting::Part* part;
  uint64_t first_row;  // how its rows are counted
};

struct RowSample {
  anomaly::Numbers numbers;
  std::vector<size_t> fields;  // of the columns
  std::vector<uint64_t> rows;  // as the parts count them

  struct Options {
    std::vector<const Field*> fields;  // none: all
    uint64_t rows = 0;                 // about so many
    unsigned threads = 2;
    std::function<bool()> should_stop;
  };
  static Result<RowSample> Read(const TableInfo& table, const std::vector<SampledPart>& parts,
                                const Options& options);
};

/// Of how many rows of a table so large one is looked at: all of up to half a million, else a power
/// of two that leaves 131,072 at most.
uint64_t OddSampleStep(uint64_t rows);

}  // namespace roost::validate
