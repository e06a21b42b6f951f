// What the steps of Suggest share: the session they ask, and the rules so far.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "query/session.h"
#include "relate/table_finder.h"
#include "validate/rule.h"
#include "validate/suggest.h"

namespace roost::validate {

struct Suggestions {
  const Tables& tables;
  const query::Session& session;
  const SuggestOptions& options;
  bool has_copies = false;  // some files are copies of others
  std::vector<Rule> rules = {};
  std::set<std::string> names = {};       // of the rules
  std::set<const Field*> in_keys = {};    // fields of keys and references: they have no range
  std::set<const Field*> dependent = {};  // nor have those that follow from a reference

  /// Whether a sample of its rows stands for them where that is enough.
  bool IsLarge(const TableInfo& table) const { return table.rows > options.most_rows; }
  Rule& Add(Kind kind, const TableInfo& table, std::vector<const Field*> fields,
            const std::string& name);
};

/// The rows of a table that are no copies of a file that came before; `half`: 0 or 1, or -1 for
/// all.
std::string RowsOf(const Suggestions& all, const TableInfo& table, int half = -1);

/// SQL for which of two halves a row belongs to, modulo 2.
std::string SideOf(const Suggestions& all, const TableInfo& table);
/// The same of a sample of a large table; of any other, all.
std::string SampleOf(const Suggestions& all, const TableInfo& table, int half = -1);
/// One row in so many is in the sample.
uint64_t SampledEvery(const Suggestions& all, const TableInfo& table);

/// suggest_clean.cc: the tables without what other rules will complain of: copies of files,
/// repeated rows, and rows that repeat what is nearly a key. Copies of tables go to `folder`.
Result<std::vector<relate::TableSource>> CleanSources(const Suggestions& all,
                                                      const std::string& folder);
/// Large tables are taken as they are at first. Once it is known which columns are keys, says
/// whether some have to be cleaned, and puts clean copies in their place.
Result<bool> CleanLarge(const Suggestions& all, const std::string& folder,
                        const relate::Database& database,
                        std::vector<relate::TableSource>& sources);

/// suggest_keys.cc: keys, references, capacities; `folder` is for copies of tables.
Status SuggestKeys(Suggestions& all, const std::string& folder);
/// suggest_columns.cc: completeness, types, sets, forms.
Status SuggestColumns(Suggestions& all, const TableInfo& table);
/// suggest_ranges.cc
Status SuggestRanges(Suggestions& all, const TableInfo& table);
/// suggest_formulas.cc: columns that follow from a reference; differences, sums and products of
/// columns.
Status SuggestDependencies(Suggestions& all, const TableInfo& table);
Status SuggestFormulas(Suggestions& all, const TableInfo& table);

}  // namespace roost::validate
