// Takes siblings back into the column whose values they could not hold when they came: where it can
// be of a wider type now, as if all values had come together, and each is still written as it was.
#pragma once

#include <optional>

#include "shred/plan.h"
#include "shred/published.h"

namespace roost::shred {

/// The table as it is when its rows are written anew (FinalColumn::earlier says from what), nothing
/// if it stays as it is. Only integers, and texts with dates and times among them, go together: in
/// a column of doubles 1 would become 1.0. Where the plain name has held nulls alone, the kind with
/// most values gets it.
std::optional<FinalTable> WithSiblingsFolded(const FinalTable& table, PublishedRows& rows);

}  // namespace roost::shred
