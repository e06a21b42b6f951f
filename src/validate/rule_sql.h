// Says rules as SQL over the views of a session with technical columns: what DuckDB evaluates, what
// a report shows, and what the native pass is tested against.
#pragma once

#include <map>
#include <string>

#include "validate/rule.h"

namespace roost::validate {

/// The rows of the ledger whose files still count: those that later takes replaced are left out.
constexpr const char* kFilesTaken =
    "(SELECT * FROM _roost_ledger WHERE first_number IS NULL OR first_number NOT IN (SELECT "
    "replaces "
    "FROM _roost_ledger WHERE replaces IS NOT NULL))";

/// Of a row rule: conditions over the columns of its table.
struct RowConditions {
  std::string tested;  // the row is judged
  std::string failed;  // and it is bad; true, false or null
  std::string reason;  // text: what is wrong with a bad row
};
RowConditions ConditionsOf(const Rule& rule);

/// Of a rule that needs to see several rows.
struct SetQueries {
  std::string tested;       // SELECT of one number: rows (or parents, files...) judged
  std::string bad;          // SELECT of `id` of bad rows of `table` and a `reason`
  std::string orphan_keys;  // of references: SELECT of one number, the distinct missing keys
  std::string seats_used;   // of capacities: SELECT of one number, children / seats of all parents
};
/// `from` gives the rows of a table that rules look at: "t", or a subquery.
struct RowSource {
  std::string names_of_copies;  // SELECT of file numbers to leave out; empty: none
  std::map<const TableInfo*, std::string> instead = {};  // of all rows of a table: a SELECT
  std::string From(const TableInfo& table) const;
};
SetQueries QueriesOf(const Rule& rule, const RowSource& source);

/// Whether a reference or a unique key can be judged by the integers of its columns: whether all
/// rows are good, without SQL.
bool IsByKeys(const Rule& rule, const RowSource& source);
/// Its bad rows, as QueriesOf says them, where the missing keys are known.
std::string RowsOfOrphans(const Rule& rule, const RowSource& source,
                          const std::vector<int64_t>& keys);

/// A SELECT of these keys, for IN.
std::string KeyList(const std::vector<int64_t>& keys);

/// SELECT of the failing rows, for people. Empty where no SQL over the tables says it.
std::string ShownSql(const Rule& rule, const RowSource& source);

/// What is wrong with a field whose values should be of this type, column by column, in words.
std::vector<std::string> WrongTypes(const Field& field, const std::string& type);

/// The rule in plain words.
std::string WordsOf(const Rule& rule);
std::string WordsOf(const Threshold& threshold);

}  // namespace roost::validate
