#include "validate/table_pass.h"

#include <arrow/api.h>

#include <map>
#include <mutex>

#include "export/part.h"
#include "relate/parallel.h"
#include "store/table_metadata.h"

namespace roost::validate {

namespace {

/// A row group of a part.
struct Piece {
  const exporting::Part* part;
  int group;
  uint64_t first_row;  // in the table
};

class Pass {
 public:
  Pass(const TableInfo& table, const std::vector<const Rule*>& rules,
       const std::vector<std::unique_ptr<RowCheck>>& checks, const PassOptions& options)
      : table_(table), rules_(rules), checks_(checks), options_(options) {
    std::map<const Field*, size_t> fields;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (checks[i]) fields.emplace(rules[i]->fields[0], 0);
    }
    for (const Field& field : table.fields) {
      bool needed = options.profile || fields.contains(&field);
      if (!needed) continue;
      field_columns_[&field] = columns_.size();
      for (const shred::FinalColumn* column : field.columns) columns_.push_back(column);
    }
    for (const shred::FinalColumn* column : columns_) names_.push_back(column->name);
    uint64_t first = 0;
    for (const auto& part : table.parts) {
      for (int group = 0; group < part->row_groups(); ++group) {
        pieces_.push_back({part.get(), group, first});
        first += static_cast<uint64_t>(part->RowGroupRows(group));
      }
    }
  }

  Result<PassResult> Run() {
    total_ = NewTally();
    ROOST_TRY(relate::ForEachTask(pieces_.size(), {options_.threads}, [&](size_t at) -> Status {
      Tally tally = NewTally();
      Distinct distinct = TakeDistinct();
      ROOST_TRY(ReadPiece(pieces_[at], tally, distinct));
      std::lock_guard lock(merging_);
      free_.push_back(std::move(distinct));
      waiting_.emplace(at, std::move(tally));
      MergeWaiting();
      return Status::OK();
    }));
    PassResult result;
    result.counts = std::move(total_.counts);
    if (options_.profile) Describe(result);
    return result;
  }

 private:
  struct Tally {
    std::vector<RowCount> counts;
    std::vector<ColumnProfiler> profilers;
  };

  /// Distinct values by column. Which rows go to which of them says nothing, so a thread takes one
  /// that is free: the first 65,536 values of a column cost most.
  using Distinct = std::vector<sketch::DistinctValues>;

  Distinct TakeDistinct() {
    std::lock_guard lock(merging_);
    if (free_.empty()) return Distinct(columns_.size());
    Distinct distinct = std::move(free_.back());
    free_.pop_back();
    return distinct;
  }

  Tally NewTally() const {
    Tally tally;
    tally.counts.resize(rules_.size());
    if (options_.profile) {
      tally.profilers.assign(columns_.size(), ColumnProfiler(SampleStep(table_.rows)));
    }
    return tally;
  }

  Status ReadPiece(const Piece& piece, Tally& tally, Distinct& distinct) {
    uint64_t row = piece.first_row;
    if (names_.empty()) return Status::OK();
    ROOST_ASSIGN(auto reader, piece.part->ReadRows(piece.group, names_));
    RowMasks scratch;
    std::shared_ptr<arrow::RecordBatch> batch;
    while (true) {
      if (options_.should_stop && options_.should_stop()) return Status::Cancelled("stopped");
      ROOST_TRY(reader->ReadNext(&batch));
      if (!batch) return Status::OK();
      ROOST_TRY(JudgeBatch(*batch, row, scratch, tally, distinct));
      row += static_cast<uint64_t>(batch->num_rows());
    }
  }

  Status JudgeBatch(const arrow::RecordBatch& batch, uint64_t row, RowMasks& scratch, Tally& tally,
                    Distinct& distinct) {
    std::vector<BatchColumn> columns;
    columns.reserve(columns_.size());
    for (const shred::FinalColumn* column : columns_) {
      ROOST_ASSIGN(BatchColumn made, BatchColumn::Make(batch.GetColumnByName(column->name),
                                                       column->type, batch.num_rows()));
      columns.push_back(std::move(made));
    }
    for (size_t i = 0; i < rules_.size(); ++i) {
      if (!checks_[i]) continue;
      std::vector<BatchColumn*> own;
      size_t first = field_columns_.at(rules_[i]->fields[0]);
      for (size_t c = 0; c < rules_[i]->fields[0]->columns.size(); ++c) {
        own.push_back(&columns[first + c]);
      }
      checks_[i]->Judge(own, scratch, tally.counts[i].tested, tally.counts[i].failed);
    }
    for (size_t c = 0; c < tally.profilers.size(); ++c) {
      tally.profilers[c].Take(columns[c], row, distinct[c]);
    }
    return Status::OK();
  }

  /// In the order of the pieces, whichever is ready first: sketches depend on it.
  void MergeWaiting() {
    for (auto next = waiting_.find(merged_); next != waiting_.end();
         next = waiting_.find(merged_)) {
      for (size_t i = 0; i < rules_.size(); ++i) {
        total_.counts[i].tested += next->second.counts[i].tested;
        total_.counts[i].failed += next->second.counts[i].failed;
      }
      for (size_t c = 0; c < total_.profilers.size(); ++c) {
        total_.profilers[c].Merge(next->second.profilers[c]);
      }
      waiting_.erase(next);
      ++merged_;
    }
  }

  void Describe(PassResult& result) {
    Distinct distinct(columns_.size());
    for (const Distinct& some : free_) {
      for (size_t c = 0; c < columns_.size(); ++c) distinct[c].Merge(some[c]);
    }
    for (const Field& field : table_.fields) {
      ColumnProfile& profile = result.columns.emplace_back();
      size_t column = field_columns_.at(&field);
      total_.profilers[column].Describe(distinct[column], profile);
      profile.name = field.name;
      profile.json_path = field.json_path;
      profile.type = store::TypeName(field.type());
      profile.rows = table_.rows;
    }
  }

  const TableInfo& table_;
  const std::vector<const Rule*>& rules_;
  const std::vector<std::unique_ptr<RowCheck>>& checks_;
  PassOptions options_;
  std::map<const Field*, size_t> field_columns_;  // field -> first of its columns
  std::vector<const shred::FinalColumn*> columns_;
  std::vector<std::string> names_;
  std::vector<Piece> pieces_;
  std::mutex merging_;
  std::vector<Distinct> free_;
  std::map<size_t, Tally> waiting_;
  size_t merged_ = 0;
  Tally total_;
};

}  // namespace

Result<PassResult> ReadTable(const TableInfo& table, const std::vector<const Rule*>& rules,
                             const std::vector<std::unique_ptr<RowCheck>>& checks,
                             const PassOptions& options) {
  return Pass(table, rules, checks, options).Run();
}

}  // namespace roost::validate
