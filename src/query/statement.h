// Takes one SQL statement from a user and prepares it, if it only reads.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "query/handles.h"
#include "query/session.h"

namespace roost::query {

/// SELECT (also as FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE), or EXPLAIN of one. Invalid with
/// DuckDB's message if it cannot be prepared; where a table is unknown, with the nearest name and
/// the list of tables.
Result<Prepared> PrepareQuery(const Session& session, const std::string& sql);

/// Makes a message of DuckDB's ours; Cancelled for a statement that was interrupted.
Status ExplainError(const Session& session, const std::string& message);

}  // namespace roost::query
