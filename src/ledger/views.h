// Keeps `OUT/<table>.parquet`: a link to a folder with hard links to exactly the live parts of one
// version, for readers that know no log.
//
// A view is built under a private name, renamed whole, and the link swapped to it by one rename,
// under a lock that nobody waits for: who finds it held leaves the swap to its holder, who looks
// again after. So a view never goes back and a stopped writer stops nobody. Thread-safe but for
// the writer.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"
#include "ledger/delta_log.h"
#include "ledger/writer.h"

namespace roost::ledger {

/// The version that the link of `table` leads to, -1 without one or if nothing is there.
Result<int64_t> ViewVersion(const std::string& top, const std::string& table);

/// Brings the view of `table` to the latest version of its log, which is refreshed. True if it
/// swapped the link.
Result<bool> FreshenView(const std::string& top, const std::string& table, DeltaLog& log,
                         Writer& writer);

/// Removes folders of versions that are older than the link's and were last changed before
/// `before_ms`. How many.
Result<int64_t> RemoveOldViews(const std::string& top, const std::string& table, int64_t before_ms);

}  // namespace roost::ledger
