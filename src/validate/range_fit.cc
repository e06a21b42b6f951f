#include "validate/range_fit.h"

#include <algorithm>
#include <cmath>

namespace roost::validate {

namespace {

constexpr double kMostOutside = 0.04;    // of rows
constexpr double kFrequent = 0.003;      // a value with this share of rows belongs to the body
constexpr double kGap = 1.75;            // in steps, in front of one value; once in 4,000 columns
constexpr double kGapTimesValues = 2.5;  // gaps are narrower by chance the more values follow
constexpr double kLeastGap = 0.8;
constexpr double kGapOfSteps = 4;  // of whole numbers that come again and again
constexpr double kRoom = 0.25;     // beyond the last value seen, in steps
constexpr double kRise = 3;        // how many times more frequent a second body is
constexpr double kFineStep = 0.4;
constexpr double kLeastSecond = 8;  // rows of it
constexpr double kLean = 2.5;       // how far one side must be longer, to take logarithms

class EndFit {
 public:
  EndFit(const RangeEnd& end, bool exact) : end_(end), exact_(exact) {
    double outer = end.quantile - end.median, inner = end.median - end.inner;
    log_ =
        end.all_positive && end.median > 0 && end.inner > 0 && inner > 0 && outer > kLean * inner;
    step_ = To(end.quantile) - To(end.median);
  }

  FittedEnd Run() {
    Anchor();
    size_t cut = std::min({FindGap(), FindRise(1), FindRise(kFineStep)});
    double last = cut == 0 ? end_.quantile : end_.tail[cut - 1].first;
    double outside = 0;
    for (size_t i = cut; i < end_.tail.size(); ++i) outside += end_.tail[i].second;
    double room = exact_ ? 0 : kRoom * step_;
    if (cut < end_.tail.size()) {
      room = std::min(room, 0.25 * (To(end_.tail[cut].first) - To(last)));
    }
    return {From(To(last) + room), outside};
  }

 private:
  double To(double value) const { return log_ ? std::log(value) : value; }
  double From(double value) const { return log_ ? std::exp(value) : value; }

  /// Everything up to the last frequent value belongs to the body.
  void Anchor() {
    double least = std::max(3.0, kFrequent * end_.rows);
    first_ = 0;
    double frequent = end_.median;
    for (size_t i = 0; i < end_.tail.size(); ++i) {
      if (end_.tail[i].second < least) continue;
      first_ = i + 1;
      frequent = end_.tail[i].first;
    }
    if (step_ > 0) return;
    // More than half of the values are the same.
    step_ = To(frequent) - To(end_.median);
    if (step_ <= 0) step_ = std::max(1.0, 0.5 * std::abs(To(end_.median)));
  }

  double RowsFrom(size_t at) const {
    double rows = 0;
    for (size_t i = at; i < end_.tail.size(); ++i) rows += end_.tail[i].second;
    return rows;
  }

  size_t FindGap() const {
    double rest = RowsFrom(first_);
    double last = first_ == 0 ? end_.quantile : end_.tail[first_ - 1].first;
    for (size_t i = first_; i < end_.tail.size(); ++i) {
      double gap = (To(end_.tail[i].first) - To(last)) / step_;
      auto values = static_cast<double>(end_.tail.size() - i);
      bool far = gap > kGap || (gap > kLeastGap && values > 1 && gap * values > kGapTimesValues);
      if (exact_) far = gap > kGapOfSteps;
      if (far && rest <= kMostOutside * end_.rows) return i;
      last = end_.tail[i].first;
      rest -= end_.tail[i].second;
    }
    return end_.tail.size();
  }

  /// The emptiest stretch of so many steps in front of one that has several times more rows.
  size_t FindRise(double steps) const {
    const auto& tail = end_.tail;
    double least = -1;
    size_t at = tail.size(), stop = first_;
    double in_step = 0, rest = RowsFrom(first_);
    std::vector<double> rows(tail.size(), 0);
    for (size_t i = first_; i < tail.size(); ++i) {
      while (stop < tail.size() && To(tail[stop].first) < To(tail[i].first) + steps * step_) {
        in_step += tail[stop++].second;
      }
      rows[i] = in_step;
      in_step -= tail[i].second;
    }
    for (size_t i = first_; i < tail.size(); ++i) {
      if (rest <= kMostOutside * end_.rows && (least < 0 || rows[i] < least)) {
        least = rows[i];
        at = i;
      }
      if (least >= 0 && rows[i] >= std::max(kLeastSecond, kRise * (least + 1))) {
        return SmallestBefore(at, i);
      }
      rest -= tail[i].second;
    }
    return tail.size();
  }

  /// Of the values of the emptiest step, the one in front of the widest gap.
  size_t SmallestBefore(size_t at, size_t end) const {
    size_t cut = at + 1;
    double widest = -1;
    for (size_t i = at + 1; i <= end; ++i) {
      double gap = To(end_.tail[i].first) - To(end_.tail[i - 1].first);
      if (gap > widest) widest = gap, cut = i;
    }
    return cut;
  }

  const RangeEnd& end_;
  bool exact_, log_ = false;
  double step_ = 0;
  size_t first_ = 0;
};

}  // namespace

FittedEnd FitUpperEnd(const RangeEnd& end, bool exact) { return EndFit(end, exact).Run(); }

double RoundedUp(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
  return std::ceil(value / unit - 1e-9) * unit;
}

}  // namespace roost::validate
