// Tries to break every rule: a sample of its table is changed so that the rule has to fail.
//
// A rule that nothing breaks judges nothing: its range has no ends, its pattern matches all. Rules
// of files, counts of rows, history and a user's own SQL are not tried.
#pragma once

#include <string>
#include <vector>

#include "query/session.h"
#include "roost/validate.h"
#include "validate/rule.h"

namespace roost::validate {

/// The session needs technical columns; its tables stay as they are.
Result<std::vector<RuleProof>> Prove(const query::Session& session, const std::vector<Rule>& rules);

}  // namespace roost::validate
