// Compiles the text of a shape into the steps by which its records are written back.
//
// A shape says all of a record but its values: `{"a":s,"b":{"c":t}}`. As a program it is literal
// text with values between: `{"a":` (scalar at /a) `,"b":{"c":` (rows at /b/c) `}}`. The grammar is
// in docs/formats/tables.md, section "Shapes".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace roost::exporting {

enum class StepKind : uint8_t {
  kScalar,    // s: a scalar column, or null
  kList,      // l: a list column, or its JSON text
  kJson,      // j: JSON text
  kTable,     // t: the rows of a child table, as an array
  kMap,       // m: the rows of a child table, as an object
  kExtra,     // d: the next text in _roost_extra
  kVerbatim,  // S: the JSON of a scalar, kept in a text column
};

struct ShapeStep {
  StepKind kind;
  bool is_only_item;     // L, J, T: the value is the only element of the array that was stored
  uint32_t literal_end;  // literals from the end of the step before up to here stand before it
  std::string path;      // pointer inside the record; empty for kExtra
};

struct ShapeProgram {
  std::string literals;  // of all steps, and what stands behind the last one
  std::vector<ShapeStep> steps;
};

/// Invalid, with the place, if the text is no shape.
Result<ShapeProgram> CompileShape(std::string_view shape);

}  // namespace roost::exporting
