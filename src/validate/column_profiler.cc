#include "validate/column_profiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/json_text.h"

namespace roost::validate {

namespace {

constexpr uint64_t kSampledRows = 1 << 18;
constexpr size_t kTopValues = 10;
constexpr size_t kBins = 24;
constexpr double kShares[] = {0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};

std::string Shown(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
  std::string text;
  AppendJsonDouble(text, value);
  return text;
}

/// Which share of the numbers lies below `value`.
double RankOf(const sketch::Kll::Order& numbers, double value) {
  double low = 0, high = 1;
  for (int i = 0; i < 20; ++i) {
    double middle = (low + high) / 2;
    (numbers.Quantile(middle) < value ? low : high) = middle;
  }
  return low;
}

std::vector<HistogramBin> HistogramOf(const sketch::Kll::Order& numbers, double rows) {
  double least = numbers.Quantile(0), largest = numbers.Quantile(1);
  std::vector<HistogramBin> bins;
  if (!(largest > least) || std::isinf(largest - least)) return bins;
  double width = (largest - least) / kBins, before = 0;
  for (size_t i = 0; i < kBins; ++i) {
    double low = least + width * static_cast<double>(i);
    double rank = i + 1 == kBins ? 1 : RankOf(numbers, low + width);
    bins.push_back({low, low + width, static_cast<uint64_t>(std::llround((rank - before) * rows))});
    before = std::max(before, rank);
  }
  return bins;
}

}  // namespace

uint64_t SampleStep(uint64_t rows) {
  return std::bit_floor(std::max<uint64_t>(1, rows / kSampledRows));
}

void ColumnProfiler::Take(BatchColumn& column, uint64_t first_row,
                          sketch::DistinctValues& distinct) {
  rows_ += static_cast<uint64_t>(column.rows());
  if (column.all_null()) return;
  values_ += static_cast<uint64_t>(column.rows() - column.nulls());
  if (column.layout() == BatchColumn::Layout::kText) {
    TakeTexts(column, distinct);
  } else if (column.layout() != BatchColumn::Layout::kNone) {
    TakeNumbers(column, distinct);
  }
  Sample(column, first_row);
}

void ColumnProfiler::TakeNumbers(BatchColumn& column, sketch::DistinctValues& distinct) {
  std::vector<uint64_t> hashes;
  hashes.reserve(static_cast<size_t>(column.rows()));
  if (column.layout() == BatchColumn::Layout::kInt64) {
    const BatchColumn::Range& range = column.range();
    least_integer_ =
        has_integers_ ? std::min(least_integer_, range.least_integer) : range.least_integer;
    largest_integer_ =
        has_integers_ ? std::max(largest_integer_, range.largest_integer) : range.largest_integer;
    has_integers_ = true;
    if (const auto* few = column.Few()) {
      for (const auto& value : *few) hashes.push_back(sketch::HashOfInteger(value.integer));
    } else {
      const int64_t* values = column.integers();
      column.ForEachRow([&](int64_t i) { hashes.push_back(sketch::HashOfInteger(values[i])); });
    }
  } else if (column.layout() == BatchColumn::Layout::kDouble) {
    const BatchColumn::Range& range = column.range();
    least_ = has_doubles_ ? std::min(least_, range.least) : range.least;
    largest_ = has_doubles_ ? std::max(largest_, range.largest) : range.largest;
    has_doubles_ = true;
    const double* values = column.doubles();
    column.ForEachRow(
        [&](int64_t i) { hashes.push_back(sketch::HashOfFraction(values[i] + 0.0)); });
  } else {
    bool has[2] = {};
    column.ForEachRow([&](int64_t i) { has[column.Flag(i)] = true; });
    for (int flag : {0, 1}) {
      if (has[flag]) hashes.push_back(sketch::HashOfInteger(flag));
    }
  }
  distinct.Add(hashes);
}

void ColumnProfiler::TakeTexts(BatchColumn& column, sketch::DistinctValues& distinct) {
  std::vector<uint64_t> hashes;
  if (const auto* few = column.Few()) {
    for (const auto& value : *few) {
      bytes_ += value.text.size() * value.times;
      hashes.push_back(sketch::HashOfText(value.text));
    }
  } else {
    hashes.reserve(static_cast<size_t>(column.rows()));
    column.ForEachRow([&](int64_t i) {
      std::string_view text = column.Text(i);
      bytes_ += text.size();
      hashes.push_back(sketch::HashOfText(text));
    });
  }
  distinct.Add(hashes);
}

void ColumnProfiler::Sample(BatchColumn& column, uint64_t first_row) {
  uint64_t skip = (step_ - first_row % step_) % step_;
  for (auto i = static_cast<int64_t>(skip); i < column.rows(); i += static_cast<int64_t>(step_)) {
    if (!column.IsThere(i)) continue;
    switch (column.layout()) {
      case BatchColumn::Layout::kInt64:
        sample_.Add(sketch::ValueOfInteger(column.integers()[i]));
        break;
      case BatchColumn::Layout::kDouble:
        sample_.Add(sketch::ValueOfDouble(column.doubles()[i]));
        break;
      case BatchColumn::Layout::kText:
        sample_.Add(sketch::ValueOfText(column.Text(i)));
        break;
      case BatchColumn::Layout::kBool:
        sample_.Add(sketch::ValueOfInteger(column.Flag(i)));
        break;
      default:
        break;
    }
  }
}

void ColumnProfiler::Merge(const ColumnProfiler& other) {
  rows_ += other.rows_;
  values_ += other.values_;
  bytes_ += other.bytes_;
  if (other.has_integers_) {
    least_integer_ =
        has_integers_ ? std::min(least_integer_, other.least_integer_) : other.least_integer_;
    largest_integer_ =
        has_integers_ ? std::max(largest_integer_, other.largest_integer_) : other.largest_integer_;
    has_integers_ = true;
  }
  if (other.has_doubles_) {
    least_ = has_doubles_ ? std::min(least_, other.least_) : other.least_;
    largest_ = has_doubles_ ? std::max(largest_, other.largest_) : other.largest_;
    has_doubles_ = true;
  }
  sample_.Merge(other.sample_);
}

void ColumnProfiler::Save(sketch::ByteWriter& to) const {
  for (uint64_t count : {step_, rows_, values_, bytes_}) to.U64(count);
  to.U8(has_integers_);
  to.U8(has_doubles_);
  to.U64(static_cast<uint64_t>(least_integer_));
  to.U64(static_cast<uint64_t>(largest_integer_));
  to.Double(least_);
  to.Double(largest_);
  to.Text(sample_.Save());
}

Result<ColumnProfiler> ColumnProfiler::Load(sketch::ByteReader& from) {
  ColumnProfiler profiler;
  for (uint64_t* count : {&profiler.step_, &profiler.rows_, &profiler.values_, &profiler.bytes_}) {
    ROOST_ASSIGN(*count, from.U64());
  }
  if (profiler.step_ == 0) return Status::Invalid("a kept profile takes no rows");
  for (bool* flag : {&profiler.has_integers_, &profiler.has_doubles_}) {
    ROOST_ASSIGN(uint8_t byte, from.U8());
    *flag = byte != 0;
  }
  for (int64_t* integer : {&profiler.least_integer_, &profiler.largest_integer_}) {
    ROOST_ASSIGN(uint64_t bits, from.U64());
    *integer = static_cast<int64_t>(bits);
  }
  ROOST_ASSIGN(profiler.least_, from.Double());
  ROOST_ASSIGN(profiler.largest_, from.Double());
  ROOST_ASSIGN(std::string sample, from.Text());
  ROOST_ASSIGN(profiler.sample_, sketch::ColumnSketch::Load(sample));
  return profiler;
}

void ColumnProfiler::Describe(const sketch::DistinctValues& distinct,
                              ColumnProfile& profile) const {
  profile.rows = rows_;
  profile.nulls = rows_ - values_;
  profile.distinct = std::min(values_, static_cast<uint64_t>(std::llround(distinct.Estimate())));
  profile.distinct_exact = distinct.exact();
  bool numbers = has_integers_ || has_doubles_;
  if (has_integers_) {
    profile.least = std::to_string(least_integer_);
    profile.most = std::to_string(largest_integer_);
  } else if (has_doubles_) {
    profile.least = Shown(least_);
    profile.most = Shown(largest_);
  } else if (sample_.texts() > 0 && step_ == 1) {
    profile.least = sample_.smallest_text();
    profile.most = sample_.largest_text();
  }
  if (values_ > 0) profile.mean_length = static_cast<double>(bytes_) / static_cast<double>(values_);
  if (numbers && sample_.numbers().count() > 0) {
    const sketch::Kll::Order order = sample_.numbers().InOrder();
    for (double share : kShares) profile.quantiles.emplace_back(share, order.Quantile(share));
    profile.histogram = HistogramOf(order, static_cast<double>(values_));
  }
  for (const sketch::TopValues::Entry& entry : sample_.top().Top(kTopValues)) {
    profile.top.emplace_back(entry.text, entry.count * step_);
  }
  for (size_t c = 0; c < sketch::kTextClasses; ++c) {
    uint64_t count = sample_.text_classes()[c];
    if (count == 0) continue;
    profile.forms.emplace_back(sketch::NameOf(static_cast<sketch::TextClass>(c)), count * step_);
  }
}

}  // namespace roost::validate
