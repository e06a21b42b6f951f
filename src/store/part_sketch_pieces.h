// Puts the sketches of a part's chunks together to those of its columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "store/part_file.h"

namespace roost::store {

class PartSketchPieces {
 public:
  /// The next chunk of a column, in the order of row groups; empty if it has no sketch, and then
  /// the column has none.
  void Add(size_t column, std::string saved);
  /// The bytes of the part's file of sketches; empty if no column has one. Of columns whose values
  /// readers see as they were encoded: neither lists nor JSON nor decimals.
  std::string Finish(const std::vector<PartColumn>& columns, uint64_t part_bytes) const;

 private:
  std::vector<std::vector<std::string>> pieces_;  // by column
};

}  // namespace roost::store
