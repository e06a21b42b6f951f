// Finds single values of a column that are unlike the others, without a rule: by what the pass over
// the table knows of it.
//
// Numbers: further from the median, in robust deviations, than even an exponential tail would put
// one value in a hundred such columns (in logarithms, where they lean to one side); or, of tables
// up to a million rows, beyond a gap behind which only few values lie. Values of which there are
// few different ones, forms of texts and lengths: a few rows only, where the next more frequent one
// has twenty times as many.
#pragma once

#include <string>
#include <vector>

#include "query/session.h"
#include "roost/validation_report.h"
#include "validate/cell_counts.h"
#include "validate/tables.h"

namespace roost::validate {

struct Oddity {
  const Field* field = nullptr;
  std::string kind;       // value, rare_value, rare_form, rare_length
  double strength = 0;    // larger is stranger
  std::string condition;  // SQL that is true of the rows
  std::string end_of;     // of values that lie beyond an end: all of the condition before it
  double end = 0;
  std::string usual;  // "0 to 100"
  std::string text;   // in words
};

/// What tells an oddity from others of its table: its condition, or what stands before the end.
const std::string& NameOf(const Oddity& oddity);
/// Whether its rows are among those of an earlier one of the same name: that end, if any, lies no
/// further out.
bool IsWithin(const Oddity& oddity, double earlier_end);

/// Of all columns, in their order.
Result<std::vector<Oddity>> FindOddities(const query::Session& session, const TableInfo& table,
                                         const std::vector<ColumnProfile>& profiles,
                                         const std::vector<CellCounts>& cells);

}  // namespace roost::validate
