#include "generate/value_text.h"

#include <algorithm>
#include <cstring>

#include "generate/digits.h"

namespace roost::generate {

namespace {

constexpr int kMaxDepth = 100;  // tables and fields stand in order, so nothing is made of itself

char* CopyText(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* CopyEntry(const Entry& entry, Escape escape, char* out) {
  return (escape == Escape::kJson ? entry.escaped : entry.text).CopyTo(out);
}

char* WriteTemplate(RowSet& set, const Column& column, size_t row, Escape escape, char* out) {
  for (const TemplatePart& part : column.parts) {
    if (part.column >= 0) {
      out = WriteText(set, part.column, row, part.width, escape, out);
    } else {
      out = (escape == Escape::kJson ? part.escaped : part.literal).CopyTo(out);
    }
  }
  return out;
}

size_t MaxBytes(const Program& program, int table, const Column& column, int depth) {
  ROOST_CHECK(depth < kMaxDepth);
  auto of = [&](int t, int c) {
    return MaxBytes(program, t, program.table(t).columns[static_cast<size_t>(c)], depth + 1);
  };
  size_t longest = 0;
  switch (column.op) {
    case Op::kFrom:
      return of(column.origin_table, column.origin_column);
    case Op::kConstant:
      return column.constant->json.size() + 2;
    case Op::kChoice:
      for (const Entry& entry : column.entries) longest = std::max(longest, entry.json.size());
      return longest + 2;
    case Op::kPattern:
    case Op::kCountedPattern:
      return column.pattern->max_length() + 4;
    case Op::kList:
      return 4 + static_cast<size_t>(column.sampler.high()) * (of(table, column.element) + 33);
    case Op::kTemplate:
      for (const TemplatePart& part : column.parts) {
        longest += part.escaped.size() + static_cast<size_t>(part.width) + 32;
        if (part.column >= 0) longest += of(table, part.column);
      }
      return longest + 4;
    default:
      return kMaxTimeLength + 5;
  }
}

}  // namespace

char* WriteNumber(const Column& column, int64_t value, char* out) {
  switch (column.type) {
    case Type::kTime:
      return column.epoch ? WriteInt(out, value / 1'000'000)
                          : WriteTime(out, value, column.decimals);
    case Type::kDate:
      return WriteDate(out, value);
    default:
      return column.decimals == 0 ? WriteInt(out, value)
                                  : WriteDecimal(out, value, column.decimals);
  }
}

char* WriteText(RowSet& set, int index, size_t row, int width, Escape escape, char* out) {
  const Column& column = set.table().columns[static_cast<size_t>(index)];
  if (column.op == Op::kFrom) {
    RowSet::Origin origin = set.FindOrigin(index, row);
    return WriteText(*origin.set, column.origin_column, origin.row, width, escape, out);
  }
  const Values& values = set.Get(index);
  if (values.At(row) == Presence::kNull || values.At(row) == Presence::kAbsent)
    return CopyText("null", out);
  int64_t value = values.numbers[row];
  switch (column.type) {
    case Type::kConstant:
      return CopyEntry(*column.constant, escape, out);
    case Type::kEntry:
      return CopyEntry(column.entries[static_cast<size_t>(value)], escape, out);
    case Type::kBool:
      return CopyText(value ? "true" : "false", out);
    case Type::kCode:
      return column.op == Op::kPattern ? column.pattern->Draw(static_cast<uint64_t>(value), out)
                                       : column.pattern->Count(static_cast<uint64_t>(value), out);
    case Type::kTemplate:
      return WriteTemplate(set, column, row, escape, out);
    default:
      break;
  }
  if (width == 0 || value < 0 || value >= 1'000'000'000'000'000'000)
    return WriteNumber(column, value, out);
  char digits[kMaxIntLength];
  auto length = static_cast<int>(WriteInt(digits, value) - digits);
  return WriteFilled(out, static_cast<uint64_t>(value), std::max(width, length));
}

size_t MaxTextBytes(const Program& program, int table, const Column& column) {
  return MaxBytes(program, table, column, 0);
}

}  // namespace roost::generate
