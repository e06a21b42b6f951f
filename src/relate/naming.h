// Reads what the names of tables and columns say, once all of a database are known.
#pragma once

#include "relate/database.h"

namespace roost::relate {

/// Fills words and what follows from them in all tables and columns. Needs types and positions.
void NameColumns(Database& database);

}  // namespace roost::relate
