// Finds the range of a column's numbers by SQL, without those that lie apart from its body: what
// range_fit.h needs to know is asked of the session.
#pragma once

#include <optional>
#include <string>

#include "query/session.h"
#include "validate/range_fit.h"
#include "validate/tables.h"

namespace roost::validate {

struct FittedRange {
  double low = 0, high = 0;
  double outside = 0;  // share of the rows
};

class RangeFinder {
 public:
  /// Both must outlive it.
  RangeFinder(const query::Session& session, const Field& field);

  /// `rows`: a table or a subquery. Nothing where there are too few numbers. Where the body of the
  /// numbers lies is asked of `sample`: of these rows, enough of them, or the same.
  Result<std::optional<FittedRange>> Fit(const std::string& rows, const std::string& sample);

  /// Which part of some rows is outside.
  Result<double> ShareOutside(const FittedRange& range, const std::string& rows);

 private:
  struct Numbers {
    double rows = 0, distinct = 0, negative = 0, least_positive = 0;
    double q05 = 0, q50 = 0, q95 = 0;
  };
  Result<Numbers> ReadNumbers();
  Status ReadQuantiles(const std::string& sample, Numbers& numbers);
  Result<FittedEnd> FitEnd(const Numbers& numbers, int sign);

  const query::Session& session_;
  const Field& field_;
  std::string name_, from_, there_;
  bool exact_ = false;
};

}  // namespace roost::validate
