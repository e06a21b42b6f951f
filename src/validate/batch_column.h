// Looks at one column of a batch: its values as plain memory, what rows have one, and the range.
//
// Made anew for each batch; keeps the array alive. Ranges are found once and answer most rules
// without a look at single rows. Not thread-safe.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "shred/published.h"

namespace roost::validate {

class BatchColumn {
 public:
  enum class Layout : uint8_t { kNone, kInt64, kDouble, kBool, kText };

  /// A column that is missing has `rows` nulls.
  static Result<BatchColumn> Make(std::shared_ptr<arrow::Array> array, shred::FinalType type,
                                  int64_t rows);
  /// How values of the type are laid out; kNone: only whether there is a value is known.
  static Layout LayoutOf(shred::FinalType type);

  int64_t rows() const { return rows_; }
  int64_t nulls() const { return nulls_; }
  bool all_null() const { return nulls_ == rows_; }
  Layout layout() const { return layout_; }
  /// One byte a row: 1 where there is a value.
  const uint8_t* valid() const { return valid_.data(); }
  bool IsThere(int64_t row) const { return valid_[static_cast<size_t>(row)] != 0; }

  const int64_t* integers() const { return static_cast<const int64_t*>(values_); }
  const double* doubles() const { return static_cast<const double*>(values_); }
  bool Flag(int64_t row) const;
  std::string_view Text(int64_t row) const {
    return {text_ + starts_[row], static_cast<size_t>(starts_[row + 1] - starts_[row])};
  }

  /// Of the values that are there; only while not all_null(). NaN makes the largest NaN.
  struct Range {
    int64_t least_integer = 0, largest_integer = 0;
    double least = 0, largest = 0;
  };
  const Range& range();

 private:
  std::shared_ptr<arrow::Array> kept_;
  Layout layout_ = Layout::kNone;
  int64_t rows_ = 0, nulls_ = 0, offset_ = 0;
  std::vector<uint8_t> valid_;
  const void* values_ = nullptr;
  const int32_t* starts_ = nullptr;
  const char* text_ = nullptr;
  Range range_;
  bool has_range_ = false;
};

}  // namespace roost::validate
