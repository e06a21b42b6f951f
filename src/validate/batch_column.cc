#include "validate/batch_column.h"

#include <arrow/api.h>

#include <cmath>
#include <limits>

#include "export/column_values.h"

namespace roost::validate {

namespace {

using shred::FinalType;

std::shared_ptr<arrow::DataType> PlainType(BatchColumn::Layout layout) {
  switch (layout) {
    case BatchColumn::Layout::kInt64:
      return arrow::int64();
    case BatchColumn::Layout::kDouble:
      return arrow::float64();
    case BatchColumn::Layout::kBool:
      return arrow::boolean();
    default:
      return arrow::utf8();
  }
}

}  // namespace

BatchColumn::Layout BatchColumn::LayoutOf(FinalType type) {
  switch (type) {
    case FinalType::kInt64:
      return Layout::kInt64;
    case FinalType::kDouble:
      return Layout::kDouble;
    case FinalType::kBool:
      return Layout::kBool;
    case FinalType::kText:
      return Layout::kText;
    default:
      return Layout::kNone;
  }
}

Result<BatchColumn> BatchColumn::Make(std::shared_ptr<arrow::Array> array, FinalType type,
                                      int64_t rows) {
  BatchColumn column;
  column.rows_ = rows;
  column.layout_ = LayoutOf(type);
  if (!array) {
    column.nulls_ = rows;
    column.valid_.assign(static_cast<size_t>(rows), 0);
    return column;
  }
  column.nulls_ = array->null_count();
  column.valid_.assign(static_cast<size_t>(rows), 1);
  if (column.nulls_ > 0) {
    for (int64_t i = 0; i < rows; ++i) column.valid_[static_cast<size_t>(i)] = array->IsValid(i);
  }
  if (column.layout_ != Layout::kNone) {
    ROOST_ASSIGN(array, exporting::CastTo(std::move(array), PlainType(column.layout_)));
  }
  column.kept_ = array;
  column.offset_ = array->offset();
  switch (column.layout_) {
    case Layout::kInt64:
      column.values_ = static_cast<const arrow::Int64Array&>(*array).raw_values();
      break;
    case Layout::kDouble:
      column.values_ = static_cast<const arrow::DoubleArray&>(*array).raw_values();
      break;
    case Layout::kBool:
      column.values_ = static_cast<const arrow::BooleanArray&>(*array).values()->data();
      break;
    case Layout::kText:
      column.starts_ = static_cast<const arrow::StringArray&>(*array).raw_value_offsets();
      column.text_ =
          reinterpret_cast<const char*>(static_cast<const arrow::StringArray&>(*array).raw_data());
      break;
    default:
      break;
  }
  return column;
}

bool BatchColumn::Flag(int64_t row) const {
  int64_t bit = row + offset_;
  return (static_cast<const uint8_t*>(values_)[bit >> 3] >> (bit & 7) & 1) != 0;
}

const BatchColumn::Range& BatchColumn::range() {
  if (has_range_) return range_;
  has_range_ = true;
  if (layout_ == Layout::kInt64) {
    int64_t least = std::numeric_limits<int64_t>::max();
    int64_t largest = std::numeric_limits<int64_t>::min();
    const int64_t* values = integers();
    for (int64_t i = 0; i < rows_; ++i) {
      bool there = valid_[static_cast<size_t>(i)] != 0;
      least = there && values[i] < least ? values[i] : least;
      largest = there && values[i] > largest ? values[i] : largest;
    }
    range_.least_integer = least;
    range_.largest_integer = largest;
  } else if (layout_ == Layout::kDouble) {
    double least = std::numeric_limits<double>::infinity(), largest = -least;
    uint64_t odd = 0;
    const double* values = doubles();
    for (int64_t i = 0; i < rows_; ++i) {
      bool there = valid_[static_cast<size_t>(i)] != 0;
      least = there && values[i] < least ? values[i] : least;
      largest = there && values[i] > largest ? values[i] : largest;
      odd += there && values[i] != values[i];
    }
    range_.least = least;
    range_.largest = odd > 0 ? std::nan("") : largest;
  }
  return range_;
}

}  // namespace roost::validate
