// Writes the rows of a result as text, piece by piece: one class for each text format.
//
// Begin once, Write for each chunk (whose vectors the columns are bound to), End once. Only the
// aligned table keeps rows back, the first of them, to measure its columns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/cell_text.h"

namespace roost::query {

struct ResultColumn {
  std::string name;
  CellText cell;
};
using ResultColumns = std::vector<ResultColumn>;
using TextSink = std::function<Status(std::string_view)>;

class ResultWriter {
 public:
  virtual ~ResultWriter() = default;
  virtual Status Begin(const ResultColumns& columns) = 0;
  virtual Status Write(const ResultColumns& columns, idx_t rows) = 0;
  virtual Status End() = 0;
};

/// An array of objects, one a line. Columns of one name get _2, _3, ... so that none is lost.
std::unique_ptr<ResultWriter> MakeJsonWriter(TextSink sink);

/// RFC 4180 with line feeds; a null is an empty field, an empty text is "".
std::unique_ptr<ResultWriter> MakeCsvWriter(TextSink sink);

/// Aligned columns for a terminal `width` columns wide: names, types, rows, how many there were.
/// What does not fit is cut and the last line says so; 0 cuts nothing.
std::unique_ptr<ResultWriter> MakeTableWriter(TextSink sink, unsigned width);

}  // namespace roost::query
