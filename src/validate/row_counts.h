// Counts the rows that row rules test and fail: all rules of a table in as few passes as possible.
#pragma once

#include <vector>

#include "query/session.h"
#include "validate/rule.h"

namespace roost::validate {

struct RowCount {
  uint64_t tested = 0, failed = 0;
  Status status;  // why the rule could not run
};

/// One count for each rule, all of which are of this table.
std::vector<RowCount> CountRows(const query::Session& session, const TableInfo& table,
                                const std::vector<const Rule*>& rules, unsigned threads);

/// The same by SQL alone: slower, and what CountRows is tested against.
std::vector<RowCount> CountRowsBySql(const query::Session& session, const TableInfo& table,
                                     const std::vector<const Rule*>& rules);

}  // namespace roost::validate
