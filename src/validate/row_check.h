// Judges the rows of a batch by one row rule, natively: the same as its SQL, on every row.
//
// Make gives nothing for rules that need SQL: conditions, `where`, types whose values are not laid
// out plainly. A RowCheck holds no counts and may be used by several threads, each with batches and
// scratch memory of its own.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "validate/batch_column.h"
#include "validate/rule.h"

namespace roost::validate {

/// Rows tested and failed; one byte a row while a batch is judged.
struct RowMasks {
  std::vector<uint8_t> tested, failed;
};

class RowCheck {
 public:
  virtual ~RowCheck() = default;
  /// `columns` are those of the rule's field, in its order. Adds to the counts.
  virtual void Judge(std::span<BatchColumn* const> columns, RowMasks& scratch, uint64_t& tested,
                     uint64_t& failed) const = 0;

  static std::unique_ptr<RowCheck> Make(const Rule& rule);
};

}  // namespace roost::validate
