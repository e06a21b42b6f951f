// Counts the children of each parent, by keys that were collected, and compares with its limit.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "relate/parallel.h"
#include "validate/key_set.h"
#include "validate/rule_sql.h"

namespace roost::validate {

struct Seats {
  double taken = 0, all = 0;       // children of all parents; the sum of the limits
  std::vector<WrongParent> wrong;  // in the order of the rows
};

/// A share of limits as its decimal digits say, by which seats are rounded down as SQL does it:
/// 70 % of 90 seats are 63, though 0.7 as a binary number is a little less.
class ExactShare {
 public:
  /// Nothing where a share has more digits than SQL's decimal numbers.
  static std::optional<ExactShare> Of(double share);
  int64_t FloorOf(int64_t limit) const;

 private:
  int64_t numerator_ = 1, denominator_ = 1;
};

/// Reads key and limit of the parents of a capacity rule. `children` are counted; no parent's key
/// may come twice.
Result<Seats> CountSeats(const Rule& rule, const KeySet& children, const relate::Crew& crew);

}  // namespace roost::validate
