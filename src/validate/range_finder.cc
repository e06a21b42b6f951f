#include "validate/range_finder.h"

#include <fmt/format.h>

#include <cmath>

#include "base/sql_text.h"
#include "query/answer.h"

namespace roost::validate {

namespace {

constexpr uint64_t kLeastRows = 20;
constexpr double kMostSteps = 100;
constexpr uint64_t kMostTail = 200'000;  // different values of one end that are looked at
constexpr double kMostNegative = 0.02;   // rows, of a column that otherwise has no negative numbers

}  // namespace

RangeFinder::RangeFinder(const query::Session& session, const Field& field)
    : session_(session),
      field_(field),
      name_(SqlName(field.name)),
      there_(" WHERE " + name_ + " IS NOT NULL") {}

Result<std::optional<FittedRange>> RangeFinder::Fit(const std::string& rows,
                                                    const std::string& sample) {
  from_ = rows + there_;
  ROOST_ASSIGN(Numbers numbers, ReadNumbers());
  ROOST_TRY(ReadQuantiles(sample, numbers));
  if (numbers.rows < kLeastRows || numbers.distinct < 2) return std::optional<FittedRange>();
  // Whole numbers that come again and again end where they end.
  exact_ = field_.type() != shred::FinalType::kDouble && numbers.distinct * 4 <= numbers.rows &&
           numbers.distinct <= kMostSteps;
  FittedRange range;
  ROOST_ASSIGN(FittedEnd high, FitEnd(numbers, 1));
  range.high = exact_ ? high.end : RoundedUp(high.end);
  FittedEnd low;
  bool few_negative =
      numbers.negative > 0 && numbers.q05 >= 0 && numbers.negative <= kMostNegative * numbers.rows;
  if (few_negative) {
    low = {-(exact_ ? numbers.least_positive : 0), numbers.negative};
  } else {
    ROOST_ASSIGN(low, FitEnd(numbers, -1));
  }
  range.low = -(exact_ ? low.end : RoundedUp(low.end));
  if (!few_negative && numbers.negative == 0 && range.low < 0) range.low = 0;
  range.outside = (high.outside + low.outside) / numbers.rows;
  return std::optional(range);
}

Result<double> RangeFinder::ShareOutside(const FittedRange& range, const std::string& rows) {
  ROOST_ASSIGN(query::Answer answer,
               query::Ask(session_, fmt::format("SELECT count(*), count(*) FILTER (WHERE {0} "
                                                "< {1} OR {0} > {2}) FROM {3} WHERE {0} IS "
                                                "NOT NULL",
                                                name_, range.low, range.high, rows)));
  double count = answer.Number(0, 0);
  return count == 0 ? 0 : answer.Number(0, 1) / count;
}

Result<RangeFinder::Numbers> RangeFinder::ReadNumbers() {
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(session_, fmt::format("SELECT count(*), approx_count_distinct({0}), count(*) "
                                       "FILTER (WHERE {0} < 0), min({0}) FILTER (WHERE {0} >= 0)"
                                       " FROM {1} AND isfinite({0}::DOUBLE)",
                                       name_, from_)));
  Numbers numbers;
  numbers.rows = answer.Number(0, 0);
  numbers.distinct = answer.Number(0, 1);
  numbers.negative = answer.Number(0, 2);
  numbers.least_positive = answer.Number(0, 3);
  return numbers;
}

Status RangeFinder::ReadQuantiles(const std::string& sample, Numbers& numbers) {
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(session_, fmt::format("SELECT unnest(quantile_disc({0}::DOUBLE, [0.05, "
                                       "0.5, 0.95])) FROM {1}{2} AND isfinite({0}::DOUBLE)",
                                       name_, sample, there_)));
  if (answer.rows.size() < 3) {  // there are none in the sample
    numbers.rows = 0;
    return Status::OK();
  }
  numbers.q05 = answer.Number(0, 0);
  numbers.q50 = answer.Number(1, 0);
  numbers.q95 = answer.Number(2, 0);
  return Status::OK();
}

Result<FittedEnd> RangeFinder::FitEnd(const Numbers& numbers, int sign) {
  RangeEnd end;
  end.median = sign * numbers.q50;
  end.quantile = sign > 0 ? numbers.q95 : -numbers.q05;
  end.inner = sign > 0 ? numbers.q05 : -numbers.q95;
  end.rows = numbers.rows;
  end.all_positive = sign > 0;
  std::string beyond = sign > 0 ? fmt::format("{} >= {}", name_, numbers.q95)
                                : fmt::format("{} <= {}", name_, numbers.q05);
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(session_, fmt::format("SELECT * FROM (SELECT {0}::DOUBLE AS v, count(*) AS n FROM "
                                       "{1} AND {2} GROUP BY ALL ORDER BY v {3} LIMIT {4}) ORDER "
                                       "BY v {5}",
                                       name_, from_, beyond, sign > 0 ? "DESC" : "ASC", kMostTail,
                                       sign > 0 ? "ASC" : "DESC")));
  for (size_t r = 0; r < answer.rows.size(); ++r) {
    end.tail.emplace_back(sign * answer.Number(r, 0), answer.Number(r, 1));
  }
  return FitUpperEnd(end, exact_);
}

}  // namespace roost::validate
