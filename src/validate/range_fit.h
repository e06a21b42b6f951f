// Finds where the body of a column's numbers ends and values begin that do not belong to it.
//
// Looks at one end at a time, outwards from the middle, in steps of the distance from the median to
// the 95 % quantile (of logarithms, where the numbers are positive and lean to one side). Values
// end the body that come after a wide gap, or that become more frequent again, if they are few and
// none of them comes often.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace roost::validate {

/// The outer values of one end, from the middle outwards, with how often each comes.
struct RangeEnd {
  double median = 0, quantile = 0;  // quantile: 95 % of the way out
  double inner = 0;                 // quantile of the other side, to see which way values lean
  double rows = 0;
  std::vector<std::pair<double, double>> tail;  // value, rows; from the quantile on
  bool all_positive = false;                    // but for what is beyond the tail of the other end
};

struct FittedEnd {
  double end = 0;      // values beyond it do not belong
  double outside = 0;  // rows beyond it
};
/// Of the upper end; negate all values for the lower one. `exact`: the values are whole and come
/// often, so that the last one seen is the end; otherwise there is some room beyond it.
FittedEnd FitUpperEnd(const RangeEnd& end, bool exact);

/// A short number at or beyond `value`, away from zero for positive and towards it for negative.
double RoundedUp(double value);

}  // namespace roost::validate
