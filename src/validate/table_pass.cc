#include "validate/table_pass.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "export/part.h"
#include "relate/parallel.h"
#include "store/table_metadata.h"
#include "validate/part_pass.h"

namespace roost::validate {

namespace {

/// A row group of a part, by their places.
struct Piece {
  size_t part;
  int group;
};

class Pass {
 public:
  Pass(const TableInfo& table, const std::vector<const Rule*>& rules,
       const std::vector<std::unique_ptr<RowCheck>>& checks, const PassOptions& options)
      : table_(table), threads_(options.threads) {
    plan_.rules = rules;
    for (const auto& check : checks) plan_.checks.push_back(check.get());
    plan_.id = table.id;
    plan_.step = SampleStep(table.rows);
    plan_.profile = options.profile;
    plan_.kept = options.kept;
    plan_.on_batch = options.on_batch;
    plan_.should_stop = options.should_stop;
    PlanColumns(options.keys);
    PlanKeys(options.keys);
    for (size_t i = 0; i < rules.size(); ++i) {
      plan_.rule_marks.push_back(checks[i] ? RuleMark(*rules[i]) : "");
    }
    if (plan_.columns.empty()) return;
    for (const auto& part : table.parts) {
      if (part->row_groups() == 0) continue;
      for (int group = 0; group < part->row_groups(); ++group) {
        pieces_.push_back({parts_.size(), group});
      }
      parts_.push_back(std::make_unique<PartPass>(plan_, part));
    }
  }

  Result<PassResult> Run() {
    total_.counts.resize(plan_.rules.size());
    for (const PassPlan::Keys& keys : plan_.keys) total_.keys.emplace_back(keys.wanted);
    total_.profilers.assign(plan_.columns.size(), ColumnProfiler(plan_.step));
    total_.cells.resize(plan_.columns.size());
    distinct_.resize(plan_.columns.size());
    ROOST_TRY(relate::ForEachTask(pieces_.size(), {threads_}, [&](size_t at) -> Status {
      const Piece& piece = pieces_[at];
      ROOST_ASSIGN(bool is_last, parts_[piece.part]->ReadGroup(piece.group));
      if (!is_last) return Status::OK();
      ROOST_ASSIGN(PartPass::Findings found, parts_[piece.part]->Finish());
      parts_[piece.part].reset();
      std::lock_guard lock(merging_);
      waiting_.emplace(piece.part, std::move(found));
      MergeWaiting();
      return Status::OK();
    }));
    PassResult result;
    result.counts = std::move(total_.counts);
    if (plan_.profile) Describe(result);
    for (size_t k = 0; k < plan_.keys.size(); ++k) {
      KeyColumns columns;
      for (size_t c : plan_.keys[k].columns) columns.push_back(plan_.columns[c]);
      result.keys.emplace(std::move(columns), std::move(total_.keys[k]));
    }
    return result;
  }

 private:
  void PlanColumns(const std::map<KeyColumns, KeySet::Plan>& keys) {
    std::map<const Field*, size_t> fields;
    std::set<const shred::FinalColumn*> in_keys;
    for (const auto& [columns, wanted] : keys) in_keys.insert(columns.begin(), columns.end());
    for (size_t i = 0; i < plan_.rules.size(); ++i) {
      if (plan_.checks[i]) fields.emplace(plan_.rules[i]->fields[0], 0);
    }
    for (const Field& field : table_.fields) {
      bool needed =
          plan_.profile || in_keys.contains(field.columns.front()) || fields.contains(&field);
      if (!needed) continue;
      plan_.field_columns[&field] = plan_.columns.size();
      for (const shred::FinalColumn* column : field.columns) {
        plan_.columns.push_back(column);
        plan_.column_marks.push_back(ColumnMark(*column, plan_.step));
      }
    }
  }

  void PlanKeys(const std::map<KeyColumns, KeySet::Plan>& keys) {
    for (const auto& [columns, wanted] : keys) {
      PassPlan::Keys& plan = plan_.keys.emplace_back();
      plan.wanted = wanted;
      plan.mark = KeyMark(columns, wanted.counting == KeySet::Counting::kYes);
      for (const shred::FinalColumn* column : columns) {
        auto at = std::ranges::find(plan_.columns, column) - plan_.columns.begin();
        plan.columns.push_back(static_cast<size_t>(at));
      }
    }
  }

  /// In the order of the parts, whichever is ready first: sketches depend on it.
  void MergeWaiting() {
    for (auto next = waiting_.find(merged_); next != waiting_.end();
         next = waiting_.find(merged_)) {
      auto& [tally, distinct] = next->second;
      for (size_t i = 0; i < total_.counts.size(); ++i) {
        total_.counts[i].tested += tally.counts[i].tested;
        total_.counts[i].failed += tally.counts[i].failed;
      }
      for (size_t c = 0; plan_.profile && c < total_.profilers.size(); ++c) {
        total_.profilers[c].Merge(tally.profilers[c]);
        total_.cells[c].Merge(tally.cells[c]);
        distinct_[c].Merge(distinct[c]);
      }
      for (size_t k = 0; k < total_.keys.size(); ++k) {
        total_.keys[k].Merge(std::move(tally.keys[k]));
      }
      waiting_.erase(next);
      ++merged_;
    }
  }

  void Describe(PassResult& result) {
    for (const Field& field : table_.fields) {
      ColumnProfile& profile = result.columns.emplace_back();
      size_t column = plan_.field_columns.at(&field);
      total_.profilers[column].Describe(distinct_[column], profile);
      profile.name = field.name;
      profile.json_path = field.json_path;
      profile.type = store::TypeName(field.type());
      profile.rows = table_.rows;
      result.cells.push_back(std::move(total_.cells[column]));
    }
  }

  const TableInfo& table_;
  unsigned threads_;
  PassPlan plan_;
  std::vector<Piece> pieces_;
  std::vector<std::unique_ptr<PartPass>> parts_;
  std::mutex merging_;
  std::map<size_t, PartPass::Findings> waiting_;
  size_t merged_ = 0;
  Tally total_;
  PartPass::Distinct distinct_;
};

}  // namespace

Result<PassResult> ReadTable(const TableInfo& table, const std::vector<const Rule*>& rules,
                             const std::vector<std::unique_ptr<RowCheck>>& checks,
                             const PassOptions& options) {
  return Pass(table, rules, checks, options).Run();
}

}  // namespace roost::validate
