// Writes single values as text, for use inside other texts and outside of JSON.
#pragma once

#include <cstdint>

#include "generate/row_set.h"

namespace roost::generate {

enum class Escape : uint8_t {
  kJson,  // as it stands between the quotes of a JSON string
  kNone
};

/// Writes number, time or date `value` of the column at `out` and returns the end.
char* WriteNumber(const Column& column, int64_t value, char* out);

/// Writes the text of a value, without quotes, null as "null"; whole numbers are filled with zeros
/// to `width`. MaxTextBytes must be free at `out`.
char* WriteText(RowSet& set, int column, size_t row, int width, Escape escape, char* out);

/// At most so many bytes are written for a value of the column, as JSON with quotes.
size_t MaxTextBytes(const Program& program, int table, const Column& column);

}  // namespace roost::generate
