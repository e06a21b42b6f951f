// Looks at one column of a batch: its values as plain memory, what rows have one, and the range.
//
// Made anew for each batch; keeps the array alive. Ranges are found once and answer most rules
// without a look at single rows. Not thread-safe.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
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
  std::string_view Text(int64_t row) const { return Word(codes_ ? codes_[row] : row); }

  /// Calls visit(row) for all rows that have a value.
  template <typename Visitor>
  void ForEachRow(Visitor visit) const {
    for (int64_t row = 0; row < rows_; ++row) {
      if (nulls_ == 0 || IsThere(row)) visit(row);
    }
  }

  /// A value and how many rows have it.
  struct Counted {
    int64_t integer = 0;    // kInt64
    std::string_view text;  // kText
    uint64_t times = 0;
  };
  /// All different values where they are quick to count: integers that lie close together, texts
  /// that are stored as words of a small dictionary. Null: look at the rows.
  const std::vector<Counted>* Few();

  /// Of the values that are there; only while not all_null(). NaN makes the largest NaN.
  struct Range {
    int64_t least_integer = 0, largest_integer = 0;
    double least = 0, largest = 0;
  };
  const Range& range();

 private:
  void Adopt(const arrow::Array& array);
  std::string_view Word(int64_t at) const {
    return {text_ + starts_[at], static_cast<size_t>(starts_[at + 1] - starts_[at])};
  }
  void CountWords();
  void CountIntegers(int64_t least, size_t span);

  std::shared_ptr<arrow::Array> kept_;
  Layout layout_ = Layout::kNone;
  int64_t rows_ = 0, nulls_ = 0, offset_ = 0;
  std::vector<uint8_t> valid_;
  const void* values_ = nullptr;
  const int32_t* starts_ = nullptr;
  const char* text_ = nullptr;
  const int32_t* codes_ = nullptr;  // of the words that texts and starts are of then
  int64_t words_ = 0;
  Range range_;
  bool has_range_ = false, has_few_ = false;
  std::optional<std::vector<Counted>> few_;
};

}  // namespace roost::validate
