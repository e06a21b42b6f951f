#include "validate/batch_column.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "export/column_values.h"

namespace roost::validate {

namespace {

using shred::FinalType;

constexpr uint64_t kRowsPerNumber = 4;  // of a range whose numbers are counted one by one

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

/// Texts as codes of words, as Part::ReadRows gives them.
bool HasCodes(const arrow::Array& array) {
  if (array.type_id() != arrow::Type::DICTIONARY) return false;
  const auto& type = static_cast<const arrow::DictionaryType&>(*array.type());
  return type.index_type()->id() == arrow::Type::INT32 &&
         type.value_type()->id() == arrow::Type::STRING;
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
  bool has_codes = column.layout_ == Layout::kText && HasCodes(*array);
  if (column.layout_ != Layout::kNone && !has_codes) {
    ROOST_ASSIGN(array, exporting::CastTo(std::move(array), PlainType(column.layout_)));
  }
  column.Adopt(*array);
  column.kept_ = std::move(array);
  return column;
}

void BatchColumn::Adopt(const arrow::Array& array) {
  offset_ = array.offset();
  auto adopt_texts = [&](const arrow::Array& texts) {
    starts_ = static_cast<const arrow::StringArray&>(texts).raw_value_offsets();
    text_ = reinterpret_cast<const char*>(static_cast<const arrow::StringArray&>(texts).raw_data());
  };
  switch (layout_) {
    case Layout::kInt64:
      values_ = static_cast<const arrow::Int64Array&>(array).raw_values();
      break;
    case Layout::kDouble:
      values_ = static_cast<const arrow::DoubleArray&>(array).raw_values();
      break;
    case Layout::kBool:
      values_ = static_cast<const arrow::BooleanArray&>(array).values()->data();
      break;
    case Layout::kText:
      if (array.type_id() == arrow::Type::DICTIONARY) {
        const arrow::Array& words = *static_cast<const arrow::DictionaryArray&>(array).dictionary();
        codes_ = array.data()->GetValues<int32_t>(1);
        words_ = words.length();
        adopt_texts(words);
      } else {
        adopt_texts(array);
      }
      break;
    default:
      break;
  }
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
    if (nulls_ == 0) {
      for (int64_t i = 0; i < rows_; ++i) {
        least = std::min(least, values[i]);
        largest = std::max(largest, values[i]);
      }
    } else {
      for (int64_t i = 0; i < rows_; ++i) {
        bool there = valid_[static_cast<size_t>(i)] != 0;
        least = there && values[i] < least ? values[i] : least;
        largest = there && values[i] > largest ? values[i] : largest;
      }
    }
    range_.least_integer = least;
    range_.largest_integer = largest;
  } else if (layout_ == Layout::kDouble) {
    double least = std::numeric_limits<double>::infinity(), largest = -least;
    uint64_t odd = 0;
    const double* values = doubles();
    int64_t i = 0;
    if (nulls_ == 0) {
      std::array<double, 4> low, high;  // the compiler may not change the order of one
      low.fill(least);
      high.fill(largest);
      for (; i + 4 <= rows_; i += 4) {
        for (size_t k = 0; k < 4; ++k) {
          double value = values[i + static_cast<int64_t>(k)];
          low[k] = value < low[k] ? value : low[k];
          high[k] = value > high[k] ? value : high[k];
          odd += value != value;
        }
      }
      least = *std::ranges::min_element(low);
      largest = *std::ranges::max_element(high);
    }
    for (; i < rows_; ++i) {
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

const std::vector<BatchColumn::Counted>* BatchColumn::Few() {
  if (!has_few_ && !all_null()) {
    has_few_ = true;
    if (codes_) {
      CountWords();
    } else if (layout_ == Layout::kInt64) {
      const Range& found = range();
      auto span =
          static_cast<uint64_t>(found.largest_integer) - static_cast<uint64_t>(found.least_integer);
      if (span < static_cast<uint64_t>(rows_) / kRowsPerNumber) {
        CountIntegers(found.least_integer, static_cast<size_t>(span) + 1);
      }
    }
  }
  return few_ ? &*few_ : nullptr;
}

void BatchColumn::CountWords() {
  std::vector<uint64_t> times(static_cast<size_t>(words_));
  ForEachRow([&](int64_t row) { ++times[static_cast<size_t>(codes_[row])]; });
  few_.emplace();
  for (size_t word = 0; word < times.size(); ++word) {
    if (times[word] > 0) few_->push_back({0, Word(static_cast<int64_t>(word)), times[word]});
  }
}

void BatchColumn::CountIntegers(int64_t least, size_t span) {
  std::vector<uint64_t> times(span);
  const int64_t* values = integers();
  auto place = [least](int64_t value) {
    return static_cast<size_t>(static_cast<uint64_t>(value) - static_cast<uint64_t>(least));
  };
  ForEachRow([&](int64_t row) { ++times[place(values[row])]; });
  few_.emplace();
  for (size_t i = 0; i < span; ++i) {
    if (times[i] > 0) few_->push_back({least + static_cast<int64_t>(i), {}, times[i]});
  }
}

}  // namespace roost::validate
