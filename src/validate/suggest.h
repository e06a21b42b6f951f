// Makes rules out of the data itself: what nearly all rows keep, the few others probably break.
//
// Keys and references come from roost relate, over the tables without repeated rows and files,
// since a key with a hundred duplicates among ten thousand rows is a key. Everything else is looked
// at column by column in SQL. Ranges, sets and forms are fitted to one half of the files and tried
// on the other, which gives the expected rate of false alarms; then they are fitted to all.
//
// Of large tables a sample of the rows decides what is worth a look, where the middle of a column
// lies, and what false alarms to expect; ends, sets, forms, keys and references are those of all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "validate/rule.h"

namespace roost::validate {

struct SuggestOptions {
  unsigned threads = 2;
  uint64_t memory_bytes = 1ull << 30;
  uint64_t most_rows = 1 << 20;  // tables with more count as large
  std::function<bool()> should_stop = {};
};

/// Never empty for tables with rows, and deterministic.
Result<RuleSet> Suggest(const Tables& tables, const SuggestOptions& options);

/// Rules as the text of a rule file that reads as the same rules.
std::string RulesText(const RuleSet& set);

}  // namespace roost::validate
