// Checks logs against files: the parts of tables, views, and what lies beside them.
#pragma once

#include <string>

#include "base/status.h"
#include "ledger/pin.h"
#include "upkeep/findings.h"
#include "upkeep/log_check.h"

namespace roost::upkeep {

/// Every live part: there, of its size and checksum, with rows, statistics and columns as the log
/// says. Parts without a checksum (of other tools) are decoded whole.
Status CheckParts(const std::string& top, const ledger::Pin& pin, Findings& findings);

/// Every view: led to by its link, of its log's last version, hard links to exactly the live parts.
Status CheckViews(const std::string& top, const ledger::Pin& pin, Findings& findings);

/// What writers leave when they end without a word is a note; file numbers and takes must be whole.
Status CheckLeftovers(const std::string& top, const ledger::Pin& pin, const LedgerTakes& takes,
                      Findings& findings);

}  // namespace roost::upkeep
