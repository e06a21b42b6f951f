// Checks rows: ids are unique, every row's parent is there, and each file has the rows and rejects
// that the ledger says.
#pragma once

#include "base/status.h"
#include "export/catalog.h"
#include "upkeep/findings.h"

namespace roost::upkeep {

Status CheckIds(const exporting::Catalog& catalog, Findings& findings);
Status CheckFiles(const exporting::Catalog& catalog, Findings& findings);

}  // namespace roost::upkeep
