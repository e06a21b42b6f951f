// Reads a table once: counts the rows of all native row rules, and profiles the columns.
//
// Threads share the row groups. Results depend neither on how many there are nor on what is kept.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "validate/cell_counts.h"
#include "validate/column_profiler.h"
#include "validate/kept_parts.h"
#include "validate/key_set.h"
#include "validate/row_check.h"
#include "validate/row_counts.h"

namespace roost::validate {

struct PassResult {
  std::vector<RowCount> counts;        // of the rules given
  std::vector<ColumnProfile> columns;  // of all fields, if asked for
  std::map<KeyColumns, KeySet> keys;   // as asked for
  std::vector<CellCounts> cells;       // likewise
};

struct PassOptions {
  unsigned threads = 2;
  bool profile = true;
  std::function<bool()> should_stop = {};        // asked by each thread; Cancelled then
  std::map<KeyColumns, KeySet::Plan> keys = {};  // to be collected
  KeptParts* kept = nullptr;  // what is known of parts already, and a place for what is found
  OnBatch on_batch = {};      // sees what is read
};

/// `checks[i]` judges `rules[i]`, or is null: then its count stays zero.
Result<PassResult> ReadTable(const TableInfo& table, const std::vector<const Rule*>& rules,
                             const std::vector<std::unique_ptr<RowCheck>>& checks,
                             const PassOptions& options);

}  // namespace roost::validate
