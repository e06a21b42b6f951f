#include "export/column_values.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/extension_type.h>

#include <cmath>

#include "base/json_text.h"
#include "shred/time_text.h"

namespace roost::exporting {

namespace {

using shred::FinalType;

std::shared_ptr<arrow::DataType> ArrowType(FinalType type) {
  switch (type) {
    case FinalType::kInt64:
      return arrow::int64();
    case FinalType::kDecimal38:
      return arrow::decimal128(38, 0);
    case FinalType::kDouble:
      return arrow::float64();
    case FinalType::kBool:
      return arrow::boolean();
    case FinalType::kDate:
      return arrow::date32();
    case FinalType::kTimestampUtc:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case FinalType::kTimestampLocal:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    case FinalType::kListInt64:
    case FinalType::kListDouble:
    case FinalType::kListBool:
    case FinalType::kListText:
    case FinalType::kNull:
    case FinalType::kText:
    case FinalType::kJson:
      return arrow::utf8();
  }
  return arrow::utf8();
}

/// The type of the elements, or kNull if `type` is no list.
FinalType ElementType(FinalType type) {
  switch (type) {
    case FinalType::kListInt64:
      return FinalType::kInt64;
    case FinalType::kListDouble:
      return FinalType::kDouble;
    case FinalType::kListBool:
      return FinalType::kBool;
    case FinalType::kListText:
      return FinalType::kText;
    default:
      return FinalType::kNull;
  }
}

template <class T>
T At(const void* values, int64_t index) {
  return static_cast<const T*>(values)[index];
}

bool BitAt(const void* bits, int64_t index) {
  return (static_cast<const uint8_t*>(bits)[index >> 3] >> (index & 7) & 1) != 0;
}

bool HoldsNonFinite(const arrow::Array& array) {
  const auto& doubles = static_cast<const arrow::DoubleArray&>(array);
  for (int64_t i = 0; i < doubles.length(); ++i) {
    if (!std::isfinite(doubles.Value(i)) && doubles.IsValid(i)) return true;
  }
  return false;
}

/// JSON texts in the store stand on one line; one from elsewhere is made to.
void AppendOneLine(std::string_view json, std::string& out) {
  if (json.find_first_of("\r\n") == std::string_view::npos) {
    out.append(json);
  } else {
    AppendJsonCompact(out, json);
  }
}

}  // namespace

Result<std::shared_ptr<arrow::Array>> CastTo(std::shared_ptr<arrow::Array> array,
                                             const std::shared_ptr<arrow::DataType>& type) {
  if (array->type_id() == arrow::Type::EXTENSION) {  // arrow.json, say
    array = static_cast<const arrow::ExtensionArray&>(*array).storage();
  }
  if (array->type()->Equals(*type)) return array;
  return arrow::compute::Cast(*array, type);
}

Result<ColumnValues> ColumnValues::Make(std::shared_ptr<arrow::Array> array,
                                        const shred::FinalColumn& column) {
  FinalType element = ElementType(column.type);
  if (element == FinalType::kNull) {
    ROOST_ASSIGN(ColumnValues values, MakeFlat(std::move(array), column.type));
    values.time_ = column.time;
    if (!column.time_pattern.empty()) {
      ROOST_ASSIGN(auto pattern, shred::TimePattern::Make(column.time_pattern));
      values.pattern_ = std::make_shared<shred::TimePattern>(std::move(pattern));
    }
    return values;
  }
  if (array->type_id() != arrow::Type::LIST) {
    ROOST_ASSIGN(array, CastTo(array, arrow::list(ArrowType(element))));
  }
  const auto& list = static_cast<const arrow::ListArray&>(*array);
  ROOST_ASSIGN(ColumnValues elements, MakeFlat(list.values(), element));
  ColumnValues values;
  values.type_ = column.type;
  values.has_values_ = true;
  values.validity_ = list.null_bitmap_data();
  values.offset_ = list.offset();
  values.starts_ = list.raw_value_offsets() - list.offset();
  values.element_ = std::make_shared<ColumnValues>(std::move(elements));
  values.kept_ = std::move(array);
  return values;
}

Result<ColumnValues> ColumnValues::MakeFlat(std::shared_ptr<arrow::Array> array, FinalType type) {
  ROOST_ASSIGN(array, CastTo(std::move(array), ArrowType(type)));
  if (type == FinalType::kDouble && HoldsNonFinite(*array)) {
    return Status::Invalid("a double is no finite number, which JSON has not");
  }
  ColumnValues values;
  values.type_ = type;
  values.has_values_ = array->null_count() < array->length();
  const arrow::ArrayData& data = *array->data();
  values.validity_ = data.GetValues<uint8_t>(0, 0);
  values.offset_ = data.offset;
  if (array->type_id() == arrow::Type::STRING) {
    values.starts_ = data.GetValues<int32_t>(1, 0);
    values.text_ = data.GetValues<char>(2, 0);
  } else {
    values.values_ = data.GetValues<uint8_t>(1, 0);
  }
  values.kept_ = std::move(array);
  return values;
}

std::string_view ColumnValues::Text(int64_t row) const {
  int32_t begin = starts_[row + offset_], end = starts_[row + offset_ + 1];
  return {text_ + begin, static_cast<size_t>(end - begin)};
}

void ColumnValues::Append(int64_t row, std::string& out) const {
  int64_t at = row + offset_;
  switch (type_) {
    case FinalType::kNull:
    case FinalType::kText:
      return AppendJsonString(out, Text(row));
    case FinalType::kJson:
      return AppendOneLine(Text(row), out);
    case FinalType::kInt64:
      return AppendJsonInt(out, At<int64_t>(values_, at));
    case FinalType::kDouble:
      return AppendJsonDouble(out, At<double>(values_, at));
    case FinalType::kBool:
      out += BitAt(values_, at) ? "true" : "false";
      return;
    case FinalType::kDecimal38:
      out += arrow::Decimal128(static_cast<const uint8_t*>(values_) + 16 * at).ToIntegerString();
      return;
    case FinalType::kDate:
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      return AppendTime(row, out);
    case FinalType::kListInt64:
    case FinalType::kListDouble:
    case FinalType::kListBool:
    case FinalType::kListText:
      return AppendList(row, out);
  }
}

void ColumnValues::AppendTime(int64_t row, std::string& out) const {
  if (pattern_) {
    std::string text;
    pattern_->Format(type_ == FinalType::kDate ? At<int32_t>(values_, row + offset_)
                                               : At<int64_t>(values_, row + offset_),
                     text);
    return AppendJsonString(out, text);
  }
  char text[shred::kMaxTimestampLength];
  size_t length = shred::kDateLength;
  if (type_ == FinalType::kDate) {
    shred::FormatDate(At<int32_t>(values_, row + offset_), text);
  } else {
    length = shred::FormatTimestamp(At<int64_t>(values_, row + offset_), time_, text);
  }
  out.push_back('"');
  out.append(text, length);
  out.push_back('"');
}

void ColumnValues::AppendList(int64_t row, std::string& out) const {
  out.push_back('[');
  int64_t begin = starts_[row + offset_], end = starts_[row + offset_ + 1];
  for (int64_t i = begin; i < end; ++i) {
    if (i != begin) out.push_back(',');
    if (element_->IsNull(i)) {
      out += "null";
    } else {
      element_->Append(i, out);
    }
  }
  out.push_back(']');
}

}  // namespace roost::exporting
