// Rewrites parts that other tools added to a table while a commit was under way, into its schema.
#pragma once

#include <optional>
#include <vector>

#include "base/status.h"
#include "ledger/ledger.h"

namespace roost::ledger {

/// Reads `parts` whole, casts them to `columns` (those that lack get nulls), leaves out the rows
/// whose _roost_id is in a part of `gone`, and writes one new part, durable. A value that its
/// column cannot hold is an error.
Result<std::optional<std::vector<Part>>> RewriteForeignParts(const RewriteRequest& request);

}  // namespace roost::ledger
