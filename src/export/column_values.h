// Writes the values of one column of a batch as JSON.
//
// Made anew for each batch and cheap to make; keeps the Arrow arrays it reads alive. A part without
// the column gives a ColumnValues whose rows are all null. Not thread-safe only in being moved.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "shred/published.h"
#include "shred/time_pattern.h"

namespace roost::exporting {

class ColumnValues {
 public:
  /// All rows null.
  ColumnValues() = default;
  /// `array` is cast to the column's type if a reader gives another one, as for dictionaries.
  static Result<ColumnValues> Make(std::shared_ptr<arrow::Array> array,
                                   const shred::FinalColumn& column);

  bool IsNull(int64_t row) const {
    if (!has_values_) return true;
    int64_t bit = row + offset_;
    return validity_ != nullptr && (validity_[bit >> 3] >> (bit & 7) & 1) == 0;
  }
  /// The value of a row that is not null. Lists become arrays; JSON text is copied, on one line.
  void Append(int64_t row, std::string& out) const;
  /// The bytes of a text column's value that is not null.
  std::string_view Text(int64_t row) const;

 private:
  static Result<ColumnValues> MakeFlat(std::shared_ptr<arrow::Array> array, shred::FinalType type);
  void AppendTime(int64_t row, std::string& out) const;
  void AppendList(int64_t row, std::string& out) const;

  shred::FinalType type_ = shred::FinalType::kNull;
  shred::TimeFormat time_;
  std::shared_ptr<const shred::TimePattern> pattern_;  // instead, where a hint named it
  bool has_values_ = false;
  const uint8_t* validity_ = nullptr;
  int64_t offset_ = 0;               // of row 0 in the arrays below
  const void* values_ = nullptr;     // of fixed width, or bits
  const int32_t* starts_ = nullptr;  // of texts and lists
  const char* text_ = nullptr;
  std::shared_ptr<ColumnValues> element_;
  std::shared_ptr<arrow::Array> kept_;
};

/// `array` as `type`, which it mostly is already.
Result<std::shared_ptr<arrow::Array>> CastTo(std::shared_ptr<arrow::Array> array,
                                             const std::shared_ptr<arrow::DataType>& type);

}  // namespace roost::exporting
