// Judges the rows of some parts of a table beside each other: which are unlike the rest.
//
// Made of a sample of these parts alone, so that what was found in a large part stays true when
// others come, and can be kept. Plain data, and bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "anomaly/row_model.h"
#include "sketch/byte_order.h"
#include "validate/row_sample.h"

namespace roost::validate {

struct OddGroup {
  struct Row {
    uint64_t row = 0;  // as the sample has it
    float surprise = 0;
    std::vector<std::string> columns;  // most to blame first
  };
  uint64_t looked_at = 0;
  std::vector<float> surprises;  // of all rows that may be strange, largest first
  std::vector<Row> strongest;    // a hundred of them at most

  struct Options {
    anomaly::RowMethod method = anomaly::RowMethod::kMeanRank;
    unsigned threads = 2;
    std::function<bool()> should_stop = {};
  };
  /// Finds nothing in samples of fewer than 200 rows, or of fewer than two columns that vary.
  static Result<OddGroup> Judge(const TableInfo& table, RowSample sample, const Options& options);

  void Save(sketch::ByteWriter& to) const;
  static Result<OddGroup> Load(sketch::ByteReader& from);
};

/// The surprise above which a row of so many is strange: one so surprising should come once in
/// three tables. In fact rarer, since the detectors seldom agree so far out.
double MostUsualSurprise(uint64_t rows);

}  // namespace roost::validate
