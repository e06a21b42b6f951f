// Counts the rows of one part for all native row rules, and profiles its columns, but for what is
// known of the part already.
//
// ReadGroup is called once for each row group, by any thread; the call that returns true was the
// last, and its caller then calls Finish. What Finish gives has gone through the bytes in which it
// is kept, so that it is the same whether it was read or remembered.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "export/part.h"
#include "validate/cell_counts.h"
#include "validate/column_profiler.h"
#include "validate/kept_parts.h"
#include "validate/key_set.h"
#include "validate/row_check.h"
#include "validate/row_counts.h"

namespace roost::validate {

/// What is looked for in every part of a table. Outlives the passes over its parts.
struct PassPlan {
  struct Keys {
    std::vector<size_t> columns;  // by their places in the plan
    KeySet::Plan wanted;
    std::string mark;
  };
  std::vector<const Rule*> rules;
  std::vector<const RowCheck*> checks;  // of the rules; nullptr: SQL's business
  std::vector<const shred::FinalColumn*> columns;
  std::map<const Field*, size_t> field_columns;  // field -> first of its columns
  std::vector<std::string> column_marks, rule_marks;
  std::vector<Keys> keys;
  std::string id;  // name of the column of row ids
  uint64_t step = 1;
  bool profile = true;
  KeptParts* kept = nullptr;
  std::function<bool()> should_stop;
  OnBatch on_batch;  // may be empty
};

/// What is counted over rows: of each rule, of each column; keys as planned.
struct Tally {
  std::vector<RowCount> counts;
  std::vector<ColumnProfiler> profilers;
  std::vector<KeySet> keys;
  std::vector<CellCounts> cells;
};

class PartPass {
 public:
  /// Distinct values by column. Which rows go to which of them says nothing, so a thread takes one
  /// that is free: the first 65,536 values of a column cost most.
  using Distinct = std::vector<sketch::DistinctValues>;

  PartPass(const PassPlan& plan, std::shared_ptr<const exporting::Part> part)
      : plan_(plan), part_(std::move(part)) {}

  Result<bool> ReadGroup(int group);

  struct Findings {
    Tally tally;
    Distinct distinct;
  };
  Result<Findings> Finish();

 private:
  Status Begin();
  Status Recall(size_t column);
  Status RecallKeys(size_t keys);
  void PlanRules();
  Status ReadRows(int group, Tally& tally, Distinct& distinct) const;
  Status JudgeBatch(const arrow::RecordBatch* batch, int64_t rows, uint64_t first_row,
                    RowMasks& scratch, Tally& tally, Distinct& distinct) const;
  Status Normalize(size_t column);
  Distinct TakeDistinct();
  Tally NewTally() const;
  void MergeWaiting();
  void MergeGroup(Tally& tally);
  void Remember();

  const PassPlan& plan_;
  std::shared_ptr<const exporting::Part> part_;
  std::once_flag begun_;
  Status begin_status_;
  KeptParts::Seen seen_;
  std::vector<bool> reads_column_, reads_keys_, counts_rule_;  // what is not known yet
  std::vector<bool> needs_column_;                             // to find that out
  bool is_known_ = true;
  std::vector<std::string> names_;  // of the columns to read: those that the part has
  uint64_t sample_offset_ = 0;
  std::vector<uint64_t> group_begins_;

  std::mutex merging_;
  std::vector<Distinct> free_;
  std::map<int, Tally> waiting_;
  int merged_ = 0;
  Findings found_;
};

}  // namespace roost::validate
