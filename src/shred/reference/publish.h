// Makes the published table of a spread one: columns in order, names, values; and the rows of what
// does not fit into it.
#pragma once

#include "shred/reference/reference.h"
#include "shred/reference/spread.h"

namespace roost::shred::reference {

/// All but the names of the table and its parents. `children` gets the overflow table, if any.
Table PublishTable(const SpreadTable& spread, const Options& options, RowNumbers& numbers,
                   SpreadTables& children);

/// Sets the names of all tables and of their parents. `tables` and `spreads` by identity.
void NameTables(const SpreadTables& spreads, std::map<std::string, Table>& tables);

}  // namespace roost::shred::reference
