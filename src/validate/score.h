// Adds rules up to a score that cannot be gamed.
//
// A rule's p is 1 - failed / tested, 0 if it could not run. A dimension is the mean of its rules'
// p, weighed by severity; the overall score the mean of the dimensions that have a rule. A failed
// critical rule caps it at 59, a failed error rule at 89; a rule that could not run counts as
// failed. Rules that found nothing to test have no vote. Without a vote there is no score.
#pragma once

#include "roost/validation_report.h"

namespace roost::validate {

/// Fills p, weight and points_lost of the rules, and the score but for its columns.
void ScoreRules(ValidationReport& report);

}  // namespace roost::validate
