// Counts the children of each parent, by keys that were collected, and compares with its limit.
#pragma once

#include <vector>

#include "relate/parallel.h"
#include "validate/key_set.h"
#include "validate/rule_sql.h"

namespace roost::validate {

struct Seats {
  double taken = 0, all = 0;       // children of all parents; the sum of the limits
  std::vector<WrongParent> wrong;  // in the order of the rows
};

/// Reads key and limit of the parents of a capacity rule. `children` are counted; no parent's key
/// may come twice.
Result<Seats> CountSeats(const Rule& rule, const KeySet& children, const relate::Crew& crew);

}  // namespace roost::validate
