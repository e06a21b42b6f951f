// Finds whole rows of a table that are unlike the others, by a sample of its rows.
//
// Those of row_sample.h are looked at. A row is strange if one
// so surprising should come once in three tables of that size by the tails of the sample.
#pragma once

#include <string>
#include <vector>

#include "anomaly/row_model.h"
#include "validate/row_sample.h"
#include "validate/table_pass.h"
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

OddRows FindOddRows(const TableInfo& table, const PassResult& pass, RowSample sample,
                    anomaly::RowMethod method);

}  // namespace roost::validate
