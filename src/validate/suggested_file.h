// Keeps the rules that were made from the data, in <OUT>/_roost/suggested, so that a table that
// grows a little is not searched for them each time, and is judged by the rules of the run before.
//
// docs/formats/suggested.md has the bytes. What is damaged, or of another folder, counts as not
// there.
#pragma once

#include <optional>

#include "validate/rule.h"

namespace roost::validate {

/// Nothing where none are kept, or columns are others now, or a table has grown or shrunk by more
/// than a tenth since they were made.
Result<std::optional<RuleSet>> ReadSuggested(const Tables& tables);
Status WriteSuggested(const Tables& tables, const RuleSet& set);

}  // namespace roost::validate
