// Tells rules whose SQL says of a row what no other row, no table and no moment can change.
#pragma once

#include "validate/rule.h"

namespace roost::validate {

/// Of a row rule: whether its conditions are made of columns of its table, literals, and words that
/// are known to look at nothing else. Everything that is not known says no.
bool SeesOnlyRow(const Rule& rule);

}  // namespace roost::validate
