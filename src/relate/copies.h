// Finds columns that repeat, beside a reference, what the row says that it refers to.
//
// Beside orders.customer_id, orders.customer_name repeats customers.name. That copies agree says
// that the reference is meant; where they differ, one of the two is out of date.
#pragma once

#include "relate/pair.h"
#include "relate/value_store.h"

namespace roost::relate {

struct Copy {
  int column = 0, ref_column = 0;
  uint64_t rows = 0, agreeing = 0;  // of rows where both hold a value
  double expected = 0;              // share that would agree by accident
  struct Difference {
    uint64_t key = 0, value = 0, ref_value = 0;  // hashes
  };
  std::vector<Difference> differences = {};  // a few

  /// 0 if they agree as often as strangers do, 1 if always.
  double Agreement() const;
};

/// Those that agree more often than not, by their names' order in the target.
Result<std::vector<Copy>> FindCopies(const Database& database, const Pair& pair,
                                     ValueStore& values);

/// Fills k_copies of the pairs that a first look gives a chance.
Status JudgeCopies(const Database& database, const std::vector<double>& first_look,
                   ValueStore& values, std::vector<Pair>& pairs);

}  // namespace roost::relate
