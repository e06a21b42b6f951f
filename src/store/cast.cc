#include "store/cast.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/json_text.h"
#include "base/status.h"
#include "shred/number.h"
#include "shred/time_text.h"
#include "store/column_values.h"
#include "store/part_file.h"

namespace roost::store {
namespace {

using shred::Column;
using shred::FinalType;
using shred::Layout;
using shred::Take;
using Whole = __int128;

constexpr int32_t kNoValue = -1;

/// An integer of any size that occurs, or a double.
struct Number {
  bool is_double = false;
  Whole whole = 0;
  double real = 0;
};

// Integers beyond int64 stay apart from doubles, even where these would hold them.
bool IsExactInDouble(const Number& number) {
  if (number.is_double) return true;
  const bool is_int64 = number.whole == static_cast<int64_t>(number.whole);
  return is_int64 && static_cast<Whole>(static_cast<double>(number.whole)) == number.whole;
}

bool IsInteger(const Number& number) {
  if (!number.is_double) return true;
  const double real = number.real;
  return real >= -0x1p63 && real < 0x1p63 && std::trunc(real) == real &&
         !(real == 0 && std::signbit(real));
}

double ToDouble(const Number& number) {
  ROOST_CHECK(IsExactInDouble(number));
  return number.is_double ? number.real : static_cast<double>(number.whole);
}

Whole ToWhole(const Number& number) {
  if (!number.is_double) return number.whole;
  ROOST_CHECK(std::abs(number.real) < 1e38 && std::trunc(number.real) == number.real);
  return static_cast<Whole>(number.real);
}

int64_t ToInt64(const Number& number) {
  Whole whole = ToWhole(number);
  ROOST_CHECK(whole == static_cast<int64_t>(whole));
  return static_cast<int64_t>(whole);
}

Whole ParseWhole(std::string_view digits) {
  bool negative = digits.starts_with('-');
  Whole whole = 0;
  for (char digit : digits.substr(negative ? 1 : 0)) whole = whole * 10 + (digit - '0');
  return negative ? -whole : whole;
}

void AddDecimal(Column& column, Whole whole) {
  char bytes[16];
  for (int i = 15; i >= 0; --i, whole >>= 8) bytes[i] = static_cast<char>(whole & 0xff);
  column.layout = Layout::kText;
  column.text.Append(bytes, sizeof(bytes));
  ++column.values;
}

/// Values of a column by their number, and by the number of their row.
class IndexedColumn {
 public:
  IndexedColumn(const Column& column, uint32_t rows) : column_(column), value_of_row_(rows) {
    int32_t value = 0;
    auto run = column.null_runs.begin();
    for (uint32_t row = 0; row < rows; ++row) {
      while (run != column.null_runs.end() && run->row + run->count <= row) ++run;
      bool is_null = run != column.null_runs.end() && run->row <= row;
      bool has_value = !is_null && static_cast<uint32_t>(value) < column.values;
      value_of_row_[row] = has_value ? value++ : kNoValue;
    }
    if (column.layout != Layout::kText) return;
    const char* at = column.text.data();
    for (uint32_t i = 0; i < column.values; ++i) {
      uint32_t length;
      std::memcpy(&length, at, sizeof(length));
      texts_.emplace_back(at + sizeof(length), length);
      at += sizeof(length) + length;
    }
  }

  int32_t value_of(uint32_t row) const { return value_of_row_[row]; }
  const Column& column() const { return column_; }

  Number NumberAt(int32_t value) const {
    auto at = static_cast<size_t>(value);
    if (column_.layout == Layout::kText) return {false, ParseWhole(texts_[at]), 0};
    if (column_.layout == Layout::kDouble)
      return {true, 0, std::bit_cast<double>(column_.words[at])};
    return {false, static_cast<int64_t>(column_.words[at]), 0};
  }

  /// Dates and timestamps as they were written. The view lives until the next call.
  std::string_view TextAt(int32_t value) {
    auto at = static_cast<size_t>(value);
    if (column_.layout == Layout::kText) return texts_[at];
    if (column_.layout == Layout::kDate) {
      shred::FormatDate(static_cast<int32_t>(column_.codes[at]), time_text_);
      return {time_text_, shred::kDateLength};
    }
    ROOST_CHECK(column_.layout == Layout::kTimestamp);
    auto micros = static_cast<int64_t>(column_.words[at]);
    return {time_text_, shred::FormatTimestamp(micros, column_.time, time_text_)};
  }

 private:
  const Column& column_;
  std::vector<int32_t> value_of_row_;
  std::vector<std::string_view> texts_;
  char time_text_[shred::kMaxTimestampLength];
};

/// One source of a cast.
class Caster {
 public:
  Caster(const CastSource& source, uint32_t rows, FinalType type)
      : source_(source), type_(type), values_(*source.column, rows) {
    if (source.column->layout != Layout::kList) return;
    uint32_t items = 0;
    for (uint32_t length : source.column->list_lengths) {
      first_items_.push_back(items);
      items += length;
    }
    items_.emplace_back(*source.column->element, items);
  }

  /// Adds the value of a row to `out`; false where there is none that counts.
  bool Cast(uint32_t row, Column& out) {
    int32_t value = values_.value_of(row);
    if (value == kNoValue) return false;
    if (!items_.empty()) return CastList(static_cast<size_t>(value), out);
    if (source_.take == Take::kIntegers || source_.take == Take::kFractions) {
      bool integer = IsInteger(values_.NumberAt(value));
      if (integer != (source_.take == Take::kIntegers)) return false;
    } else if (source_.take != Take::kAll) {
      bool exact = IsExactInDouble(values_.NumberAt(value));
      if (exact != (source_.take == Take::kExactInDouble)) return false;
    }
    CastScalar(values_, value, out);
    return true;
  }

 private:
  void CastScalar(IndexedColumn& from, int32_t value, Column& out) {
    switch (type_) {
      case FinalType::kInt64:
      case FinalType::kListInt64:
        return AddWord(out, Layout::kInt64, static_cast<uint64_t>(ToInt64(from.NumberAt(value))));
      case FinalType::kDouble:
      case FinalType::kListDouble:
        return AddWord(out, Layout::kDouble,
                       std::bit_cast<uint64_t>(ToDouble(from.NumberAt(value))));
      case FinalType::kDecimal38:
        return AddDecimal(out, ToWhole(from.NumberAt(value)));
      case FinalType::kText:
      case FinalType::kJson:
      case FinalType::kListText:
        return AddText(out, from.TextAt(value));
      case FinalType::kBool:
      case FinalType::kListBool:
        return AddBool(out, from.column().bytes[static_cast<size_t>(value)]);
      case FinalType::kTimestampUtc:
      case FinalType::kTimestampLocal:
        return AddWord(out, Layout::kTimestamp, from.column().words[static_cast<size_t>(value)]);
      case FinalType::kDate:
        return AddDate(out, static_cast<int32_t>(from.column().codes[static_cast<size_t>(value)]));
      case FinalType::kNull:
        break;
    }
    ROOST_CHECK(false && "a cast that published.h does not name");
  }

  bool Counts(uint32_t first, uint32_t length) {
    if (length == 0 && source_.drop_empty) return false;
    bool solid = false, exact = true;
    for (uint32_t item = first; item < first + length; ++item) {
      int32_t value = items_[0].value_of(item);
      if (value == kNoValue) continue;
      solid = true;
      if (source_.take == Take::kExactInDouble || source_.take == Take::kInexactInDouble)
        exact = exact && IsExactInDouble(items_[0].NumberAt(value));
    }
    switch (source_.take) {
      case Take::kExactInDouble:
        return exact;
      case Take::kInexactInDouble:
        return !exact;
      case Take::kHollow:
        return !solid;
      case Take::kSolid:
        return solid;
      case Take::kAll:
      case Take::kIntegers:
      case Take::kFractions:
        break;
    }
    return true;
  }

  bool CastList(size_t list, Column& out) {
    uint32_t first = first_items_[list], length = values_.column().list_lengths[list];
    if (!Counts(first, length)) return false;
    if (type_ == FinalType::kJson) {
      AddText(out, ListText(first, length));
      return true;
    }
    out.list_lengths.Push(length);
    ++out.values;
    Column& element = *out.element;
    for (uint32_t item = first; item < first + length; ++item) {
      int32_t value = items_[0].value_of(item);
      if (value == kNoValue) {
        AddNull(element, element.values + element.nulls);
      } else {
        CastScalar(items_[0], value, element);
      }
    }
    return true;
  }

  std::string_view ListText(uint32_t first, uint32_t length) {
    json_ = "[";
    for (uint32_t item = first; item < first + length; ++item) {
      if (item > first) json_ += ',';
      AppendItem(items_[0].value_of(item));
    }
    json_ += ']';
    return json_;
  }

  void AppendItem(int32_t value) {
    const Column& column = items_[0].column();
    if (value == kNoValue) {
      json_ += "null";
    } else if (column.layout == Layout::kBool) {
      json_ += column.bytes[static_cast<size_t>(value)] ? "true" : "false";
    } else if (column.layout == Layout::kInt64) {
      AppendJsonInt(json_, static_cast<int64_t>(column.words[static_cast<size_t>(value)]));
    } else if (column.layout == Layout::kDouble) {
      AppendNumber(items_[0].NumberAt(value).real);
    } else {
      AppendJsonString(json_, items_[0].TextAt(value));
    }
  }

  // Whether a chunk held integers as int64 or as double must not show in the text.
  void AppendNumber(double value) {
    bool is_int64 = value >= -0x1p63 && value < 0x1p63 && std::trunc(value) == value;
    if (is_int64 && !(value == 0 && std::signbit(value))) {
      AppendJsonInt(json_, static_cast<int64_t>(value));
    } else {
      AppendJsonDouble(json_, value);
    }
  }

  const CastSource& source_;
  FinalType type_;
  IndexedColumn values_;
  std::vector<IndexedColumn> items_;   // of a list: one, its element
  std::vector<uint32_t> first_items_;  // of each list
  std::string json_;
};

// True where every number of the chunk is known to be exact as a double.
bool AllExact(const ChunkFacts& facts) {
  if (facts.physical == Physical::kDouble || facts.physical == Physical::kUnknown) return true;
  if (facts.physical != Physical::kInt64 || facts.range.state != Range::State::kKnown) return false;
  int64_t min, max;
  std::memcpy(&min, facts.range.min.data(), sizeof(min));
  std::memcpy(&max, facts.range.max.data(), sizeof(max));
  constexpr int64_t kLargest = int64_t{1} << std::numeric_limits<double>::digits;
  return min >= -kLargest && max <= kLargest;
}

}  // namespace

Selection SelectionOf(const CastSource& source) {
  const ChunkFacts& facts = *source.facts;
  auto selection = Selection::kAll;
  auto of_count = [&](uint64_t count) {
    if (count == 0) return Selection::kNone;
    return count == facts.lists ? Selection::kAll : Selection::kSome;
  };
  switch (source.take) {
    case Take::kAll:
      break;
    case Take::kExactInDouble:
      selection = AllExact(facts) ? Selection::kAll : Selection::kSome;
      break;
    case Take::kInexactInDouble:
      selection = AllExact(facts) ? Selection::kNone : Selection::kSome;
      break;
    case Take::kIntegers:
      if (facts.physical == Physical::kDouble) selection = Selection::kSome;
      break;
    case Take::kFractions:
      selection = facts.physical == Physical::kDouble ? Selection::kSome : Selection::kNone;
      break;
    case Take::kHollow:
      selection = of_count(facts.hollow_lists);
      break;
    case Take::kSolid:
      selection = of_count(facts.lists - facts.hollow_lists);
      break;
  }
  if (selection == Selection::kAll && source.drop_empty && facts.empty_lists > 0)
    selection = facts.empty_lists == facts.lists ? Selection::kNone : Selection::kSome;
  return selection;
}

void CastRows(std::span<const CastSource> sources, uint32_t rows, FinalType type, Column& out) {
  ClearValues(out);
  if (IsList(type)) {
    out.layout = Layout::kList;
    if (!out.element) out.element = std::make_unique<Column>();
  }
  std::vector<Caster> casters;
  casters.reserve(sources.size());
  for (const CastSource& source : sources) casters.emplace_back(source, rows, type);
  for (uint32_t row = 0; row < rows; ++row) {
    bool found = std::any_of(casters.begin(), casters.end(),
                             [&](Caster& caster) { return caster.Cast(row, out); });
    if (!found) AddNull(out, row);
  }
}

}  // namespace roost::store
