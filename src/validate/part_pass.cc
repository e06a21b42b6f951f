#include "validate/part_pass.h"

#include <arrow/api.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "sketch/value_hash.h"

namespace roost::validate {

namespace {

constexpr int64_t kEmptyBatchRows = 16 << 10;
constexpr size_t kMostKeptRules = 4096;

/// Where in a part the sample of every n-th row begins: not always at its first row, or small parts
/// would count too much. The same for the same rows wherever they are stored.
uint64_t SampleOffset(const exporting::Part& part, const std::string& id, uint64_t step) {
  auto ids = part.RangeOf(0, id);
  uint64_t seed = ids ? sketch::HashOfInteger(ids->min)
                      : sketch::HashOfText(std::filesystem::path(part.path()).filename().string());
  return seed % step;
}

}  // namespace

Result<bool> PartPass::ReadGroup(int group) {
  std::call_once(begun_, [&] { begin_status_ = Begin(); });
  ROOST_TRY(begin_status_);
  Tally tally;
  if (!is_known_) {
    tally = NewTally();
    Distinct distinct = TakeDistinct();
    ROOST_TRY(ReadRows(group, tally, distinct));
    for (KeySet& keys : tally.keys) keys.Settle();
    std::lock_guard lock(merging_);
    free_.push_back(std::move(distinct));
  }
  std::lock_guard lock(merging_);
  waiting_.emplace(group, std::move(tally));
  MergeWaiting();
  return merged_ == part_->row_groups();
}

/// Takes what is known, and plans to read what is not.
Status PartPass::Begin() {
  found_.tally = NewTally();
  found_.distinct.resize(plan_.columns.size());
  if (plan_.kept) {
    ROOST_ASSIGN(seen_, plan_.kept->Find(*part_));
  }
  sample_offset_ = SampleOffset(*part_, plan_.id, plan_.step);
  uint64_t begin = 0;
  for (int group = 0; group < part_->row_groups(); ++group) {
    group_begins_.push_back(begin);
    begin += static_cast<uint64_t>(part_->RowGroupRows(group));
  }
  reads_column_.assign(plan_.columns.size(), plan_.profile);
  needs_column_ = reads_column_;
  for (size_t c = 0; plan_.profile && c < plan_.columns.size(); ++c) {
    needs_column_[c] = reads_column_[c] = !Recall(c).ok();
  }
  reads_keys_.resize(plan_.keys.size());
  for (size_t k = 0; k < plan_.keys.size(); ++k) {
    reads_keys_[k] = !RecallKeys(k).ok();
    for (size_t c : plan_.keys[k].columns) needs_column_[c] = needs_column_[c] || reads_keys_[k];
  }
  PlanRules();
  if (std::ranges::count(needs_column_, true) == 0) return Status::OK();
  is_known_ = false;
  ROOST_ASSIGN(auto schema, part_->ReadSchema());
  for (size_t c = 0; c < plan_.columns.size(); ++c) {
    const std::string& name = plan_.columns[c]->name;
    if (needs_column_[c] && schema->GetFieldIndex(name) >= 0) names_.push_back(name);
  }
  return Status::OK();
}

void PartPass::PlanRules() {
  counts_rule_.resize(plan_.rules.size());
  for (size_t r = 0; r < plan_.rules.size(); ++r) {
    if (!plan_.checks[r]) continue;
    auto known = seen_.state.rules.find(plan_.rule_marks[r]);
    counts_rule_[r] = known == seen_.state.rules.end();
    if (!counts_rule_[r]) {
      found_.tally.counts[r] = known->second;
      continue;
    }
    size_t first = plan_.field_columns.at(plan_.rules[r]->fields[0]);
    std::fill_n(needs_column_.begin() + static_cast<ptrdiff_t>(first),
                plan_.rules[r]->fields[0]->columns.size(), true);
  }
}

/// Fails where a column was not kept, or as bytes that this program cannot read.
Status PartPass::Recall(size_t column) {
  auto known = seen_.state.columns.find(plan_.column_marks[column]);
  if (known == seen_.state.columns.end()) return Status::KeyError("not kept");
  sketch::ByteReader from(known->second);
  ROOST_ASSIGN(auto profiler, ColumnProfiler::Load(from));
  ROOST_ASSIGN(auto distinct, sketch::DistinctValues::Load(from));
  ROOST_ASSIGN(auto cells, CellCounts::Load(from));
  found_.tally.profilers[column] = std::move(profiler);
  found_.distinct[column] = std::move(distinct);
  found_.tally.cells[column] = std::move(cells);
  return Status::OK();
}

Status PartPass::RecallKeys(size_t keys) {
  auto known = seen_.state.columns.find(plan_.keys[keys].mark);
  if (known == seen_.state.columns.end()) return Status::KeyError("not kept");
  sketch::ByteReader from(known->second);
  ROOST_ASSIGN(found_.tally.keys[keys], KeySet::Load(from));
  return Status::OK();
}

Status PartPass::ReadRows(int group, Tally& tally, Distinct& distinct) const {
  uint64_t row = group_begins_[static_cast<size_t>(group)] + sample_offset_;
  RowMasks scratch;
  auto stopped = [&] { return plan_.should_stop && plan_.should_stop(); };
  if (names_.empty()) {  // all that is looked for came later than the part: nulls
    for (int64_t left = part_->RowGroupRows(group); left > 0; left -= kEmptyBatchRows) {
      if (stopped()) return Status::Cancelled("stopped");
      int64_t rows = std::min(left, kEmptyBatchRows);
      ROOST_TRY(JudgeBatch(nullptr, rows, row, scratch, tally, distinct));
      row += static_cast<uint64_t>(rows);
    }
    return Status::OK();
  }
  const bool tells = plan_.on_batch && std::ranges::count(needs_column_, false) == 0;
  ROOST_ASSIGN(auto reader, part_->ReadRows(group, names_, exporting::Part::Texts::kCoded));
  std::shared_ptr<arrow::RecordBatch> batch;
  while (true) {
    if (stopped()) return Status::Cancelled("stopped");
    ROOST_TRY(reader->ReadNext(&batch));
    if (!batch) return Status::OK();
    if (tells) ROOST_TRY(plan_.on_batch(*part_, group, *batch));
    ROOST_TRY(JudgeBatch(batch.get(), batch->num_rows(), row, scratch, tally, distinct));
    row += static_cast<uint64_t>(batch->num_rows());
  }
}

/// Without a batch all values are missing.
Status PartPass::JudgeBatch(const arrow::RecordBatch* batch, int64_t rows, uint64_t first_row,
                            RowMasks& scratch, Tally& tally, Distinct& distinct) const {
  std::vector<std::optional<BatchColumn>> columns(plan_.columns.size());
  for (size_t c = 0; c < columns.size(); ++c) {
    if (!needs_column_[c]) continue;
    const shred::FinalColumn& column = *plan_.columns[c];
    auto array = batch ? batch->GetColumnByName(column.name) : nullptr;
    ROOST_ASSIGN(columns[c], BatchColumn::Make(std::move(array), column.type, rows));
  }
  for (size_t r = 0; r < plan_.rules.size(); ++r) {
    if (!counts_rule_[r]) continue;
    std::vector<BatchColumn*> own;
    const Field* field = plan_.rules[r]->fields[0];
    size_t first = plan_.field_columns.at(field);
    for (size_t c = 0; c < field->columns.size(); ++c) own.push_back(&*columns[first + c]);
    plan_.checks[r]->Judge(own, scratch, tally.counts[r].tested, tally.counts[r].failed);
  }
  for (size_t c = 0; c < columns.size(); ++c) {
    if (reads_column_[c]) tally.profilers[c].Take(*columns[c], first_row, distinct[c]);
    if (reads_column_[c]) tally.cells[c].Take(*columns[c]);
  }
  for (size_t k = 0; k < plan_.keys.size(); ++k) {
    if (!reads_keys_[k]) continue;
    std::vector<BatchColumn*> own;
    for (size_t c : plan_.keys[k].columns) own.push_back(&*columns[c]);
    tally.keys[k].Take(own);
  }
  return Status::OK();
}

PartPass::Distinct PartPass::TakeDistinct() {
  std::lock_guard lock(merging_);
  if (free_.empty()) return Distinct(plan_.columns.size());
  Distinct distinct = std::move(free_.back());
  free_.pop_back();
  return distinct;
}

Tally PartPass::NewTally() const {
  Tally tally;
  tally.counts.resize(plan_.rules.size());
  for (const PassPlan::Keys& keys : plan_.keys) tally.keys.emplace_back(keys.wanted);
  if (!plan_.profile) return tally;
  tally.profilers.assign(plan_.columns.size(), ColumnProfiler(plan_.step));
  tally.cells.resize(plan_.columns.size());
  return tally;
}

/// In the order of the row groups, whichever is ready first: sketches depend on it.
void PartPass::MergeWaiting() {
  for (auto next = waiting_.find(merged_); next != waiting_.end(); next = waiting_.find(merged_)) {
    if (!is_known_) MergeGroup(next->second);
    waiting_.erase(next);
    ++merged_;
  }
}

void PartPass::MergeGroup(Tally& tally) {
  for (size_t r = 0; r < plan_.rules.size(); ++r) {
    found_.tally.counts[r].tested += tally.counts[r].tested;
    found_.tally.counts[r].failed += tally.counts[r].failed;
  }
  for (size_t c = 0; c < plan_.columns.size(); ++c) {
    if (reads_column_[c]) found_.tally.profilers[c].Merge(tally.profilers[c]);
    if (reads_column_[c]) found_.tally.cells[c].Merge(tally.cells[c]);
  }
  for (size_t k = 0; k < plan_.keys.size(); ++k) {
    if (reads_keys_[k]) found_.tally.keys[k].Merge(std::move(tally.keys[k]));
  }
}

/// Brings a column that was read to its kept form.
Status PartPass::Normalize(size_t column) {
  sketch::ByteWriter to;
  found_.tally.profilers[column].Save(to);
  std::string bytes = to.Take();
  sketch::ByteReader from(bytes);
  ROOST_ASSIGN(found_.tally.profilers[column], ColumnProfiler::Load(from));
  for (Distinct& some : free_) found_.distinct[column].Merge(some[column]);
  if (!plan_.kept || seen_.identity.empty()) return Status::OK();
  sketch::ByteWriter more;
  found_.distinct[column].Save(more);
  found_.tally.cells[column].Save(more);
  seen_.state.columns[plan_.column_marks[column]] = bytes + more.Take();
  return Status::OK();
}

Result<PartPass::Findings> PartPass::Finish() {
  if (is_known_) return std::move(found_);
  for (size_t c = 0; c < plan_.columns.size(); ++c) {
    if (reads_column_[c]) ROOST_TRY(Normalize(c));
  }
  free_.clear();
  if (!plan_.kept || seen_.identity.empty()) return std::move(found_);
  Remember();
  ROOST_TRY(plan_.kept->Keep(*part_, seen_));
  return std::move(found_);
}

void PartPass::Remember() {
  PartState& state = seen_.state;
  if (plan_.profile) {  // what was sampled otherwise, or is no column any more
    std::set<std::string> marks(plan_.column_marks.begin(), plan_.column_marks.end());
    std::erase_if(state.columns, [&](const auto& column) {
      return !IsKeyMark(column.first) && !marks.contains(column.first);
    });
  }
  if (state.rules.size() + plan_.rules.size() > kMostKeptRules) state.rules.clear();
  for (size_t r = 0; r < plan_.rules.size(); ++r) {
    if (plan_.checks[r]) state.rules[plan_.rule_marks[r]] = found_.tally.counts[r];
  }
  for (size_t k = 0; k < plan_.keys.size(); ++k) {
    if (!reads_keys_[k]) continue;
    sketch::ByteWriter to;
    found_.tally.keys[k].Save(to);
    state.columns[plan_.keys[k].mark] = to.Take();
  }
}

}  // namespace roost::validate
