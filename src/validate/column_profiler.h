// Collects what a report shows of a column: counts, range, distinct values, quantiles, frequent
// values, forms. Fed batch by batch, merged over threads.
//
// Counts, nulls and range are of all rows; distinct values too (exact up to 65,536, then a
// HyperLogLog, off by 0.8 % at one sigma). Quantiles, frequent values and forms are of every row up
// to 524,287 rows of a table, beyond that of every n-th: their error is below that of the sketches.
#pragma once

#include <string>

#include "roost/validation_report.h"
#include "sketch/column_sketch.h"
#include "validate/batch_column.h"

namespace roost::validate {

class ColumnProfiler {
 public:
  /// `step`: every how many rows the sample takes one.
  explicit ColumnProfiler(uint64_t step = 1) : step_(step) {}

  /// `first_row` is the batch's place in its part, so that samples do not depend on batches.
  /// Distinct values go to `distinct`: many profilers may share one, as their order says nothing.
  void Take(BatchColumn& column, uint64_t first_row, sketch::DistinctValues& distinct);
  void Merge(const ColumnProfiler& other);
  /// As bytes, and back. Merging depends on the inner order of a sketch, which bytes bring to one
  /// form: what is loaded merges alike, whichever program run saved it.
  void Save(sketch::ByteWriter& to) const;
  static Result<ColumnProfiler> Load(sketch::ByteReader& from);
  /// Fills all but names and types.
  void Describe(const sketch::DistinctValues& distinct, ColumnProfile& profile) const;

 private:
  void TakeNumbers(BatchColumn& column, sketch::DistinctValues& distinct);
  void TakeTexts(BatchColumn& column, sketch::DistinctValues& distinct);
  void Sample(BatchColumn& column, uint64_t first_row);

  uint64_t step_, rows_ = 0, values_ = 0, bytes_ = 0;
  bool has_integers_ = false, has_doubles_ = false;
  int64_t least_integer_ = 0, largest_integer_ = 0;
  double least_ = 0, largest_ = 0;
  sketch::ColumnSketch sample_{sketch::ColumnSketch::Distinct::kElsewhere};
};

/// Every how many rows of a table so large are sampled: a power of two, so that a table that grows
/// seldom changes it, and parts can be sampled once for all.
uint64_t SampleStep(uint64_t rows);

}  // namespace roost::validate
