// Finds whole rows of a table that are unlike the others, by a sample of its rows.
//
// Large parts are judged each by itself, and what was found in them is kept; all small ones are
// judged together, each time anew.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "roost/validation_report.h"
#include "validate/kept_parts.h"
#include "validate/odd_group.h"
#include "validate/row_sample.h"
#include "validate/tables.h"

namespace roost::validate {

struct OddRow {
  uint64_t row = 0;  // in the table
  double surprise = 0;
  std::vector<const Field*> fields;  // most to blame first
  std::string usual, text;
};

struct OddRows {
  uint64_t looked_at = 0, count = 0;
  std::vector<OddRow> strongest;  // a hundred at most
};

struct OddSearch {
  std::vector<const Field*> fields = {};  // none: all
  OddGroup::Options how = {};
  KeptParts* kept = nullptr;       // may be missing
  PassingRows* passing = nullptr;  // what the pass over the table saw; may be missing
};
/// To see the batches of the pass, so that FindOddRows need not read them again.
std::unique_ptr<PassingRows> RowsForOddSearch(const TableInfo& table,
                                              const std::vector<const Field*>& fields);
/// `profiles`: of all fields of the table.
Result<OddRows> FindOddRows(const TableInfo& table, const std::vector<ColumnProfile>& profiles,
                            const OddSearch& search);

}  // namespace roost::validate
