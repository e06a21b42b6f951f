// Adds values to a Column, one by one: for rows that the store makes itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "shred/column.h"

namespace roost::store {

inline void AddWord(shred::Column& column, shred::Layout layout, uint64_t word) {
  column.layout = layout;
  column.words.Push(word);
  ++column.values;
}

inline void AddBool(shred::Column& column, bool value) {
  column.layout = shred::Layout::kBool;
  column.bytes.Push(value);
  ++column.values;
}

inline void AddDate(shred::Column& column, int32_t days) {
  column.layout = shred::Layout::kDate;
  column.codes.Push(static_cast<uint32_t>(days));
  ++column.values;
}

inline void AddText(shred::Column& column, std::string_view value) {
  column.layout = shred::Layout::kText;
  auto length = static_cast<uint32_t>(value.size());
  column.text.Append(reinterpret_cast<const char*>(&length), sizeof(length));
  column.text.Append(value.data(), value.size());
  ++column.values;
}

/// The column has no value in this row (of a list's element: this item).
inline void AddNull(shred::Column& column, uint32_t row) {
  auto& runs = column.null_runs;
  if (!runs.empty() && runs.back().row + runs.back().count == row) {
    ++runs.back().count;
  } else {
    runs.push_back({row, 1});
  }
  ++column.nulls;
}

/// Forgets the values; layout, dictionary and memory stay.
inline void ClearValues(shred::Column& column) {
  column.values = column.nulls = 0;
  column.words.Clear();
  column.codes.Clear();
  column.bytes.Clear();
  column.text.Clear();
  column.null_runs.clear();
  column.list_lengths.Clear();
  if (column.element) ClearValues(*column.element);
}

}  // namespace roost::store
