// Keeps `OUT/<table>.parquet`: a link to a folder with hard links to exactly the live parts of one
// version, for readers that know no log.
//
// A view is built under a private name, renamed whole, and the link swapped to it by one rename,
// under a lock that nobody waits for: who finds it held leaves the swap to its holder, who looks
// again after. So a view never goes back and a stopped writer stops nobody. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/status.h"
#include "ledger/delta_log.h"

namespace roost::ledger {

/// The version that the link of `table` leads to, -1 without one or if nothing is there.
Result<int64_t> ViewVersion(const std::string& top, const std::string& table);

using NextName = std::function<std::string()>;  // of a writer's own: Writer::NextPrivateName

/// Brings the view of `table` to the latest version of its log, which is refreshed. True if it
/// swapped the link, in `top`: the caller makes that durable.
Result<bool> FreshenView(const std::string& top, const std::string& table, DeltaLog& log,
                         const NextName& next_name);

/// Removes folders of versions that are older than the link's and were last changed before
/// `before_ms`. How many.
Result<int64_t> RemoveOldViews(const std::string& top, const std::string& table, int64_t before_ms);

}  // namespace roost::ledger
