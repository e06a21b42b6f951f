#include "validate/row_check.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "sketch/value_hash.h"
#include "validate/byte_classes.h"

namespace roost::validate {

namespace {

using Layout = BatchColumn::Layout;

bool IsNull(const shred::FinalColumn& column) { return column.type == shred::FinalType::kNull; }

uint64_t Sum(const std::vector<uint8_t>& bytes) {
  uint64_t sum = 0;
  for (uint8_t byte : bytes) sum += byte;
  return sum;
}

/// Rules that look at each column of a field by itself: a row fails if one of its values does.
class ByColumn : public RowCheck {
 public:
  void Judge(std::span<BatchColumn* const> columns, RowMasks& scratch, uint64_t& tested,
             uint64_t& failed) const final {
    size_t active = 0, only = 0;
    for (size_t c = 0; c < columns.size(); ++c) {
      if (!Tests(c) || columns[c]->all_null()) continue;
      ++active;
      only = c;
    }
    if (active == 0) return;
    if (active == 1 && AllPass(only, *columns[only])) {
      tested += static_cast<uint64_t>(columns[only]->rows() - columns[only]->nulls());
      return;
    }
    if (const auto* few = active == 1 ? columns[only]->Few() : nullptr) {
      for (const BatchColumn::Counted& value : *few) {
        tested += value.times;
        if (Fails(only, value)) failed += value.times;
      }
      return;
    }
    auto rows = static_cast<size_t>(columns[0]->rows());
    scratch.tested.assign(rows, 0);
    scratch.failed.assign(rows, 0);
    for (size_t c = 0; c < columns.size(); ++c) {
      if (!Tests(c) || columns[c]->all_null()) continue;
      for (size_t i = 0; i < rows; ++i) scratch.tested[i] |= columns[c]->valid()[i];
      Mark(c, *columns[c], scratch.failed.data());
    }
    tested += Sum(scratch.tested);
    failed += Sum(scratch.failed);
  }

 protected:
  /// Whether values of the field's column `c` are judged at all.
  virtual bool Tests(size_t c) const = 0;
  /// A cheap answer that all of them pass, from the range; false: unknown.
  virtual bool AllPass(size_t, BatchColumn&) const { return false; }
  /// A value of a column that has few of them.
  virtual bool Fails(size_t c, const BatchColumn::Counted& value) const = 0;
  /// Sets the bytes of rows that fail.
  virtual void Mark(size_t c, BatchColumn& column, uint8_t* failed) const = 0;
};

class NotNullCheck final : public RowCheck {
 public:
  void Judge(std::span<BatchColumn* const> columns, RowMasks& scratch, uint64_t& tested,
             uint64_t& failed) const override {
    auto rows = static_cast<size_t>(columns[0]->rows());
    tested += rows;
    if (columns[0]->nulls() == 0) return;
    scratch.tested.assign(rows, 0);
    for (BatchColumn* column : columns) {
      if (column->all_null()) continue;
      for (size_t i = 0; i < rows; ++i) scratch.tested[i] |= column->valid()[i];
    }
    failed += rows - Sum(scratch.tested);
  }
};

class RangeCheck final : public ByColumn {
 public:
  explicit RangeCheck(const Rule& rule) {
    for (const shred::FinalColumn* column : rule.fields[0]->columns) {
      layouts_.push_back(BatchColumn::LayoutOf(column->type));
    }
    if (rule.low) low_ = rule.low->number();
    if (rule.high) high_ = rule.high->number();
    has_high_ = rule.high.has_value();
    if (rule.low) low_integer_ = Integer(rule.low->text, std::ceil(low_));
    if (rule.high) high_integer_ = Integer(rule.high->text, std::floor(high_));
    if (rule.is_open) OpenEnds(rule);
  }

 protected:
  bool Tests(size_t c) const override {
    return layouts_[c] == Layout::kInt64 || layouts_[c] == Layout::kDouble;
  }
  bool AllPass(size_t c, BatchColumn& column) const override {
    const BatchColumn::Range& range = column.range();
    if (layouts_[c] == Layout::kInt64) {
      return range.least_integer >= low_integer_ && range.largest_integer <= high_integer_;
    }
    return range.least >= low_ && (!has_high_ || range.largest <= high_);
  }
  bool Fails(size_t, const BatchColumn::Counted& value) const override {
    return value.integer < low_integer_ || value.integer > high_integer_;
  }
  void Mark(size_t c, BatchColumn& column, uint8_t* failed) const override {
    const uint8_t* valid = column.valid();
    if (layouts_[c] == Layout::kInt64) {
      const int64_t* values = column.integers();
      for (int64_t i = 0; i < column.rows(); ++i) {
        failed[i] |= valid[i] & ((values[i] < low_integer_) | (values[i] > high_integer_));
      }
      return;
    }
    // NaN is larger than every number, as SQL has it.
    const double* values = column.doubles();
    for (int64_t i = 0; i < column.rows(); ++i) {
      failed[i] |= valid[i] & ((values[i] < low_) | (has_high_ & !(values[i] <= high_)));
    }
  }

 private:
  /// The ends themselves are out.
  void OpenEnds(const Rule& rule) {
    double infinity = std::numeric_limits<double>::infinity();
    if (rule.low && std::floor(low_) == low_) ++low_integer_;
    if (rule.high && std::floor(high_) == high_) --high_integer_;
    if (rule.low) low_ = std::nextafter(low_, infinity);
    if (rule.high) high_ = std::nextafter(high_, -infinity);
  }
  static int64_t Integer(const std::string& text, double otherwise) {
    int64_t value;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
    if (otherwise >= 9.2e18) return std::numeric_limits<int64_t>::max();
    if (otherwise <= -9.2e18) return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(otherwise);
  }

  std::vector<Layout> layouts_;
  double low_ = -std::numeric_limits<double>::infinity();
  double high_ = std::numeric_limits<double>::infinity();
  bool has_high_ = false;
  int64_t low_integer_ = std::numeric_limits<int64_t>::min();
  int64_t high_integer_ = std::numeric_limits<int64_t>::max();
};

/// A property of a text's bytes, for columns that hold text.
class TextCheck : public ByColumn {
 public:
  explicit TextCheck(const Rule& rule) {
    for (const shred::FinalColumn* column : rule.fields[0]->columns) {
      is_text_.push_back(column->type == shred::FinalType::kText);
    }
  }

 protected:
  virtual bool Passes(std::string_view text) const = 0;
  bool Tests(size_t c) const override { return is_text_[c]; }
  bool Fails(size_t, const BatchColumn::Counted& value) const override {
    return !Passes(value.text);
  }
  void Mark(size_t, BatchColumn& column, uint8_t* failed) const override {
    for (int64_t i = 0; i < column.rows(); ++i) {
      if (column.IsThere(i) && !Passes(column.Text(i))) failed[i] = 1;
    }
  }

 private:
  std::vector<bool> is_text_;
};

class PatternCheck final : public TextCheck {
 public:
  explicit PatternCheck(const Rule& rule)
      : TextCheck(rule), pattern_(rule.text), classes_(ByteClasses::Of(rule.text)) {}

 protected:
  bool Passes(std::string_view text) const override {
    return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern_);
  }
  void Mark(size_t c, BatchColumn& column, uint8_t* failed) const override {
    if (!classes_) return TextCheck::Mark(c, column, failed);
    VerdictMemo memo(*classes_);
    column.ForEachRow([&](int64_t i) {
      if (!memo.Judge(column.Text(i), [&](std::string_view text) { return Passes(text); })) {
        failed[i] = 1;
      }
    });
  }

 private:
  re2::RE2 pattern_;
  std::optional<ByteClasses> classes_;
};

class LengthCheck final : public TextCheck {
 public:
  explicit LengthCheck(const Rule& rule) : TextCheck(rule), least_(rule.least), most_(rule.most) {}

 protected:
  bool Passes(std::string_view text) const override {
    double characters = 0;
    for (char c : text) characters += (c & 0xc0) != 0x80;
    return characters >= least_ && characters <= most_;
  }

 private:
  double least_, most_;
};

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return sketch::HashOfText(text); }
};

class SetCheck final : public ByColumn {
 public:
  explicit SetCheck(const Rule& rule) {
    for (const shred::FinalColumn* column : rule.fields[0]->columns) {
      layouts_.push_back(BatchColumn::LayoutOf(column->type));
    }
    for (const Literal& literal : rule.values) {
      if (literal.is_number) {
        doubles_.push_back(literal.number());
        int64_t integer = static_cast<int64_t>(doubles_.back());
        if (static_cast<double>(integer) == doubles_.back()) integers_.push_back(integer);
      } else if (literal.is_bool) {
        (literal.text == "true" ? has_true_ : has_false_) = true;
      } else {
        texts_.insert(literal.text);
      }
    }
    std::sort(integers_.begin(), integers_.end());
    std::sort(doubles_.begin(), doubles_.end());
  }

 protected:
  bool Tests(size_t c) const override { return layouts_[c] != Layout::kNone; }
  bool Fails(size_t c, const BatchColumn::Counted& value) const override {
    return layouts_[c] == Layout::kInt64 ? !Has(value.integer) : !Has(value.text);
  }
  void Mark(size_t c, BatchColumn& column, uint8_t* failed) const override {
    for (int64_t i = 0; i < column.rows(); ++i) {
      if (column.IsThere(i) && !Has(layouts_[c], column, i)) failed[i] = 1;
    }
  }

 private:
  bool Has(Layout layout, const BatchColumn& column, int64_t row) const {
    switch (layout) {
      case Layout::kInt64:
        return Has(column.integers()[row]);
      case Layout::kDouble:
        return std::binary_search(doubles_.begin(), doubles_.end(), column.doubles()[row]);
      case Layout::kBool:
        return column.Flag(row) ? has_true_ : has_false_;
      default:
        return Has(column.Text(row));
    }
  }
  bool Has(int64_t integer) const {
    return std::binary_search(integers_.begin(), integers_.end(), integer);
  }
  bool Has(std::string_view text) const { return texts_.contains(text); }

  std::vector<Layout> layouts_;
  std::vector<int64_t> integers_;
  std::vector<double> doubles_;
  std::unordered_set<std::string, TextHash, std::equal_to<>> texts_;
  bool has_true_ = false, has_false_ = false;
};

class TypeCheck final : public ByColumn {
 public:
  explicit TypeCheck(const Rule& rule) : whole_(rule.type == ValueType::kInteger) {
    for (const shred::FinalColumn* column : rule.fields[0]->columns) {
      accepted_.push_back(IsNull(*column) || Accepts(rule.type, KindOf(column->type)));
    }
  }

 protected:
  bool Tests(size_t) const override { return true; }
  bool AllPass(size_t c, BatchColumn& column) const override {
    return accepted_[c] && !(whole_ && column.layout() == Layout::kDouble);
  }
  bool Fails(size_t c, const BatchColumn::Counted&) const override { return !accepted_[c]; }
  void Mark(size_t c, BatchColumn& column, uint8_t* failed) const override {
    if (AllPass(c, column)) return;
    for (int64_t i = 0; i < column.rows(); ++i) {
      if (!column.IsThere(i)) continue;
      if (!accepted_[c] || !IsWhole(column.doubles()[i])) failed[i] = 1;
    }
  }

 private:
  static bool IsWhole(double value) { return std::isnan(value) || std::trunc(value) == value; }
  static bool Accepts(ValueType type, ValueKind kind) {
    switch (type) {
      case ValueType::kInteger:
      case ValueType::kNumber:
        return kind == ValueKind::kNumber;
      case ValueType::kBool:
        return kind == ValueKind::kBool;
      case ValueType::kText:
        return kind == ValueKind::kText || kind == ValueKind::kDate ||
               kind == ValueKind::kTimestamp;
      case ValueType::kDate:
        return kind == ValueKind::kDate;
      case ValueType::kTimestamp:
        return kind == ValueKind::kTimestamp;
      default:
        return kind == ValueKind::kList;
    }
  }

  bool whole_;
  std::vector<bool> accepted_;
};

/// Whether all values that the rule may have to look at are laid out plainly.
bool IsPlain(const Rule& rule) {
  return std::all_of(rule.fields[0]->columns.begin(), rule.fields[0]->columns.end(),
                     [](const shred::FinalColumn* column) {
                       return IsNull(*column) ||
                              BatchColumn::LayoutOf(column->type) != Layout::kNone;
                     });
}

bool AllNumbers(const Rule& rule) {
  auto is_number = [](const std::optional<Literal>& end) { return !end || end->is_number; };
  return is_number(rule.low) && is_number(rule.high);
}

/// Numbers and booleans would have to be written as text first.
bool AllText(const Rule& rule) {
  return std::all_of(rule.fields[0]->columns.begin(), rule.fields[0]->columns.end(),
                     [](const shred::FinalColumn* column) {
                       return IsNull(*column) || column->type == shred::FinalType::kText;
                     });
}

/// Whether a condition on the field sees all of its numbers: they lie in one column.
bool HasOneNumberColumn(const Field& field) {
  auto numbers = std::count_if(
      field.columns.begin(), field.columns.end(),
      [](const shred::FinalColumn* column) { return KindOf(column->type) == ValueKind::kNumber; });
  return numbers == 1 && BatchColumn::LayoutOf(field.type()) != Layout::kNone;
}

/// `size < 12` and `size BETWEEN 1 AND 12` are ranges; other conditions are for SQL.
std::unique_ptr<RowCheck> MakeComparison(const Rule& rule) {
  static const re2::RE2 kCompare(R"re((?i)\s*"?(\w+)"?\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*)re");
  static const re2::RE2 kBetween(
      R"re((?i)\s*"?(\w+)"?\s+between\s+(-?\d+(?:\.\d+)?)\s+and\s+(-?\d+(?:\.\d+)?)\s*)re");
  const Field& field = *rule.fields[0];
  if (!HasOneNumberColumn(field)) return nullptr;
  Rule range = rule;
  std::string name, sign, low, high;
  if (re2::RE2::FullMatch(rule.text, kBetween, &name, &low, &high) && name == field.name) {
    range.low = Literal{low, true};
    range.high = Literal{high, true};
    return std::make_unique<RangeCheck>(range);
  }
  if (!re2::RE2::FullMatch(rule.text, kCompare, &name, &sign, &low) || name != field.name) {
    return nullptr;
  }
  range.is_open = sign.size() == 1;
  (sign[0] == '<' ? range.high : range.low) = Literal{low, true};
  return std::make_unique<RangeCheck>(range);
}

}  // namespace

std::unique_ptr<RowCheck> RowCheck::Make(const Rule& rule) {
  if (!rule.where.empty() || rule.fields.size() != 1) return nullptr;
  switch (rule.kind) {
    case Kind::kNotNull:
      return std::make_unique<NotNullCheck>();
    case Kind::kRange:
      if (!IsPlain(rule) || !AllNumbers(rule)) return nullptr;
      return std::make_unique<RangeCheck>(rule);
    case Kind::kSet:
      if (!IsPlain(rule)) return nullptr;
      return std::make_unique<SetCheck>(rule);
    case Kind::kPattern:
      if (!AllText(rule)) return nullptr;
      return std::make_unique<PatternCheck>(rule);
    case Kind::kLength:
      if (!AllText(rule)) return nullptr;
      return std::make_unique<LengthCheck>(rule);
    case Kind::kType:
      return std::make_unique<TypeCheck>(rule);
    case Kind::kExpression:
      return MakeComparison(rule);
    default:
      return nullptr;
  }
}

}  // namespace roost::validate
