// Counts the rows that row rules test and fail, by SQL: many rules of a table in one query.
#pragma once

#include <string>
#include <vector>

#include "query/session.h"
#include "validate/rule.h"

namespace roost::validate {

struct RowCount {
  uint64_t tested = 0, failed = 0;
  Status status;  // why the rule could not run
};

/// `from`: what gives the rows, as it stands behind FROM. Fails only if the session was stopped. By
/// SQL alone: for rules that have no native check, and what the native ones are tested against.
Result<std::vector<RowCount>> CountRowsBySql(const query::Session& session, const std::string& from,
                                             const std::vector<const Rule*>& rules);

}  // namespace roost::validate
