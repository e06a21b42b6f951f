// Picks rows of other tables for references without capacity.
//
// A pick is a function of the referring row's number: the document is drawn from the window before
// its own (or is its own), the row within it from the rows that are known to be there. Nothing
// later is ever picked, nor a row of a damaged document, unless the program is run without
// integrity.
#pragma once

#include <cstdint>

#include "generate/program.h"

namespace roost::generate {

/// The row of `column.pick.table` that row `row` of `table` refers to.
uint64_t PickRow(const Program& program, int table, const Column& column, uint64_t row);

}  // namespace roost::generate
