// The part of Walker that reads arrays: rows of child tables, lists, and JSON texts.
#include <cstring>

#include "base/simd.h"
#include "shred/append.h"
#include "shred/list_append.h"
#include "shred/number.h"
#include "shred/quick_number.h"
#include "shred/walker.h"

namespace roost::shred {
namespace {

/// Behind a comma and white space: the next element. At the end: null, with `behind` set.
const char* NextElement(const char* p, const char*& behind) {
  p = simd::SkipSpace(p);
  if (*p == ',') return simd::SkipSpace(p + 1);
  behind = *p == ']' ? p + 1 : nullptr;
  return nullptr;
}

}  // namespace

const char* Walker::Array(const Literal& literal, uint32_t row, const char* p, uint32_t depth,
                          Code& code) {
  Key* key = literal.key;
  if (key->treatment == Treatment::kJson) [[unlikely]] {
    code = WithLetter(code, static_cast<char>(ArrayClass::kJson));
    return Json(key, row, p, depth + literal.depth - 1);
  }
  // A number beyond double has made a column that an array would fit into.
  if (key->treatment == Treatment::kDemand && key->node->hints->hint->demand != Demand::kArray)
    return nullptr;
  const char* first = simd::SkipSpace(p + 1);
  if (*first == '{') {
    Table* child = key->node->array_rows;
    if (!child) return nullptr;
    code = WithLetter(code, static_cast<char>(ArrayClass::kTable));
    return Rows(*child, key->node->table->id[row], first, depth + literal.depth + 1);
  }
  if (*first == ']') {
    code = WithLetter(code, static_cast<char>(ArrayClass::kEmpty));
    return EmptyList(*key->node, row) ? first + 1 : nullptr;
  }
  if (*first == '[') {
    code = WithLetter(code, static_cast<char>(ArrayClass::kJson));
    return Json(key, row, p, depth + literal.depth - 1);
  }
  code = WithLetter(code, static_cast<char>(ArrayClass::kList));
  return List(key, row, first);
}

const char* Walker::Rows(Table& child, int64_t parent_id, const char* p, uint32_t depth) {
  if (depth > max_depth_) return nullptr;
  const char* behind = nullptr;
  uint32_t index = 0;
  do {
    if (*p != '{') return nullptr;
    uint32_t row = cursor_.NewRow(child, parent_id, index++);
    p = Record(child, row, p + 1, depth);
    if (!p) return nullptr;
    p = NextElement(p, behind);
  } while (p);
  return behind;
}

bool Walker::EmptyList(Node& node, uint32_t row) {
  NodeColumn* column = OnlyListColumn(node);
  if (!column && node.array_rows) return true;
  if (!column) column = node.column(Slot::kListNull);
  if (!column || column->layout != Layout::kList) return false;
  BeginList(*column, row, 0);
  return true;
}

const char* Walker::List(Key* key, uint32_t row, const char* p) {
  bool is_text = *p == '"';
  bool is_number = *p == '-' || (*p >= '0' && *p <= '9');
  if (!is_text && !is_number) return nullptr;
  NodeColumn* column = key->node->column(is_text ? Slot::kListText : Slot::kListNumber);
  if (!column || column->layout != Layout::kList) return nullptr;
  Column& items = *column->element;
  CoverNulls(*column, row);
  uint32_t count = 0;
  p = is_text ? ListOfTexts(items, p, count) : ListOfNumbers(items, p, count);
  // Counted in any case, so that what was appended can be taken back.
  column->list_lengths.Push(count);
  ++column->values;
  ++column->solid_lists;
  lists_.push_back(column);
  counts_.values += count;
  return p;
}

const char* Walker::ListOfTexts(Column& items, const char* p, uint32_t& count) {
  bool fits = items.layout == Layout::kDictionary || items.layout == Layout::kText;
  const char* behind = nullptr;
  while (p) {
    if (!fits || *p != '"') return nullptr;
    const char* begin = ++p;
    for (;;) {
      uint32_t ends = simd::StringEnds(p);
      if (!ends) {
        p += 32;
        continue;
      }
      p += __builtin_ctz(ends);
      break;
    }
    if (*p != '"' || p >= end_) return nullptr;
    AppendText(items, items.values + items.nulls, begin, static_cast<uint32_t>(p - begin));
    ++count;
    p = NextElement(p + 1, behind);
  }
  return behind;
}

const char* Walker::ListOfNumbers(Column& items, const char* p, uint32_t& count) {
  const char* behind = nullptr;
  while (p) {
    roost::shred::Number number = ReadNumber(p);
    bool is_integer = number.kind == NumberKind::kInteger;
    if (is_integer && !IsExactInDouble(number.integer)) return nullptr;
    if (!is_integer && number.kind != NumberKind::kFraction) return nullptr;
    uint32_t item = items.values + items.nulls;
    if (items.layout == Layout::kDouble) {
      AppendDouble(items, item, is_integer ? static_cast<double>(number.integer) : number.fraction);
    } else if (items.layout == Layout::kInt64 && is_integer) {
      AppendInteger(items, item, number.integer);
    } else {
      return nullptr;
    }
    ++count;
    p = NextElement(number.end, behind);
  }
  return behind;
}

/// A whole value as JSON text; `depth` arrays and objects are open around it.
const char* Walker::Json(Key* key, uint32_t row, const char* p, uint32_t depth) {
  NodeColumn* column = key->node->column(Slot::kJson);
  if (!column || column->layout == Layout::kNone) return nullptr;
  const char* behind = tape_.Parse(p, end_, depth);
  if (!behind) return nullptr;
  bool is_asked = key->treatment == Treatment::kJson;
  if (!is_asked && ClassifyArray(tape_, 0).array_class != ArrayClass::kJson) return nullptr;
  text_.clear();
  text_.reserve(static_cast<size_t>(behind - p) + 64);
  tape_.AppendMinified(0, text_);
  AppendText(*column, row, text_.data(), static_cast<uint32_t>(text_.size()));
  ++counts_.values;
  return behind;
}

}  // namespace roost::shred
