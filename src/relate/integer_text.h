// Writes the integers of a column as its values are written: dates and times as ISO 8601.
#pragma once

#include <string>

#include "relate/database.h"

namespace roost::relate {

std::string IntegerText(const Column& column, int64_t integer);

}  // namespace roost::relate
