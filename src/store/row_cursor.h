// Walks the rows of a Column, a page at a time: which rows have a value, and where the values are.
#pragma once

#include <cstdint>

#include "shred/column.h"
#include "store/chunk.h"

namespace roost::store {

/// Values [first, first + count) of a column, those of the rows that were taken.
struct ValueSpan {
  uint32_t first = 0;
  uint32_t count = 0;
  const char* text = nullptr;  // of kText columns: where the first value begins
  size_t text_bytes = 0;
};

class RowCursor {
 public:
  /// `column` must outlive the cursor. `physical` tells how its text is laid out.
  RowCursor(const shred::Column& column, Physical physical);

  /// Takes the next `rows` rows; all behind the last value have none. Sets bits [at, at + rows) of
  /// `bits`, which has room for them and is extended word by word: at grows from 0.
  ValueSpan Take(uint32_t rows, Buffer<uint64_t>& bits, uint32_t at = 0);

 private:
  size_t TextBytes(uint32_t values) const;

  const shred::Column& column_;
  Physical physical_;
  size_t run_ = 0;
  uint32_t row_ = 0;
  uint32_t value_ = 0;
  size_t text_ = 0;
};

}  // namespace roost::store
