// What the steps of Suggest share: the session they ask, and the rules so far.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "query/session.h"
#include "validate/rule.h"

namespace roost::validate {

struct Suggestions {
  const Tables& tables;
  const query::Session& session;
  std::vector<Rule> rules = {};
  std::set<const Field*> in_keys = {};    // fields of keys and references: they have no range
  std::set<const Field*> dependent = {};  // nor have those that follow from a reference

  Rule& Add(Kind kind, const TableInfo& table, std::vector<const Field*> fields,
            const std::string& name);
};

/// The rows of a table that are no copies of a file that came before; `half`: 0 or 1, or -1 for
/// all.
std::string RowsOf(const Suggestions& all, const TableInfo& table, int half = -1);

/// keys.cc: keys, references, capacities; `folder` is for the copy of the tables.
Status SuggestKeys(Suggestions& all, const std::string& folder, unsigned threads,
                   uint64_t memory_bytes);
/// suggest_columns.cc: completeness, types, sets, forms.
Status SuggestColumns(Suggestions& all, const TableInfo& table);
/// suggest_ranges.cc
Status SuggestRanges(Suggestions& all, const TableInfo& table);
/// suggest_formulas.cc: columns that follow from a reference; differences, sums and products of
/// columns.
Status SuggestDependencies(Suggestions& all, const TableInfo& table);
Status SuggestFormulas(Suggestions& all, const TableInfo& table);

}  // namespace roost::validate
