// Changes the layout of a column's values in place; for values not yet handed to the sink.
#pragma once

#include <string_view>

#include "shred/table.h"

namespace roost::shred {

/// Gives a column without values the layout that its first text asks for.
void ChooseTextLayout(NodeColumn& column, std::string_view first);

/// int64 -> double; every value must be one that a double holds exactly.
void IntegersToDoubles(Column& column);

/// Dates or timestamps -> the text they came from.
void TimesToText(NodeColumn& column);

}  // namespace roost::shred
