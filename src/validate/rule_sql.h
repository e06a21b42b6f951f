// Says rules as SQL over the views of a session with technical columns: what DuckDB evaluates, what
// a report shows, and what the native pass is tested against.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "validate/key_set.h"
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

KeyColumns KeyColumnsOf(const std::vector<const Field*>& fields);
/// Whether a reference, a unique key, a capacity or a dependency can be judged by the keys of its
/// columns.
bool IsByKeys(const Rule& rule, const RowSource& source);

/// Some keys: of each the values, as text.
using KeyValues = std::vector<std::vector<std::string>>;
/// A condition for rows that have one of these keys; `prefix`: "c.", or nothing.
std::string HasOneOf(const std::vector<const Field*>& fields, const std::string& prefix,
                     const KeyValues& keys);
/// Bad rows of a reference, as QueriesOf says them, where the missing keys are known.
std::string RowsOfOrphans(const Rule& rule, const RowSource& source, const KeyValues& keys);

/// A parent that has too many or too few children.
struct WrongParent {
  std::vector<std::string> key;
  uint64_t children = 0;
};
/// Bad rows of a capacity, as QueriesOf says them, where they are known and no key comes twice.
std::string RowsOfParents(const Rule& rule, const RowSource& source,
                          const std::vector<WrongParent>& parents);

/// SELECT of the failing rows, for people. Empty where no SQL over the tables says it.
std::string ShownSql(const Rule& rule, const RowSource& source);

/// What is wrong with a field whose values should be of this type, column by column, in words.
std::vector<std::string> WrongTypes(const Field& field, const std::string& type);

/// The rule in plain words.
std::string WordsOf(const Rule& rule);
std::string WordsOf(const Threshold& threshold);

}  // namespace roost::validate
