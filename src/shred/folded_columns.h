// Takes siblings back into the column whose values they could not hold when they came: where it can
// be of a wider type now, as if all values had come together.
#pragma once

#include <optional>

#include "shred/plan.h"
#include "shred/published.h"

namespace roost::shred {

/// The table as it is when its rows are written anew (FinalColumn::earlier says from what), nothing
/// if it stays as it is. Only numbers and texts, dates and times among them, go together.
std::optional<FinalTable> WithSiblingsFolded(const FinalTable& table, PublishedRows& rows);

}  // namespace roost::shred
