// Guesses by a column's name and type what it is for.
#pragma once

#include "validate/tables.h"

namespace roost::validate {

bool LooksLikeKey(const Field& field);
/// Of how many may refer to a row: capacity, seats, max_jobs.
bool LooksLikeLimit(const Field& field);

}  // namespace roost::validate
