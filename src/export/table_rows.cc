#include "export/table_rows.h"

#include <algorithm>

namespace roost::exporting {

Result<std::unique_ptr<TableRows>> TableRows::Open(const TableSource& source, KeyRange range) {
  std::unique_ptr<TableRows> rows(new TableRows(source, range));
  rows->ListGroups();
  ROOST_TRY(rows->Settle());
  return rows;
}

void TableRows::ListGroups() {
  for (const auto& part : source_.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      if (part->RowGroupRows(group) == 0) continue;
      auto keys = part->RangeOf(group, source_.key_name());
      if (keys && (keys->max < range_.begin || keys->min >= range_.end)) continue;
      auto indexes = part->RangeOf(group, source_.facts().index_name);
      RowPlace least{keys ? keys->min : range_.begin, indexes ? indexes->min : 0};
      waiting_.push_back({least, part.get(), group});
    }
  }
  std::ranges::sort(waiting_, std::ranges::greater(), &Group::least);
}

RowRun* TableRows::FindLeast() const {
  RowRun* least = nullptr;
  for (const auto& run : open_) {
    if (least == nullptr || run->place() < least->place()) {
      least = run.get();
    }
  }
  return least;
}

Status TableRows::Settle() {
  std::erase_if(open_, [](const auto& run) { return run->is_done(); });
  current_ = FindLeast();
  while (!waiting_.empty() && (current_ == nullptr || waiting_.back().least <= current_->place())) {
    Group group = waiting_.back();
    waiting_.pop_back();
    ROOST_ASSIGN(auto run, RowRun::Open(source_, *group.part, group.row_group, range_.begin));
    if (!run->is_done()) open_.push_back(std::move(run));
    current_ = FindLeast();
  }
  if (current_ != nullptr && current_->place().key >= range_.end) current_ = nullptr;
  limit_ = {range_.end, 0};
  if (!waiting_.empty()) limit_ = std::min(limit_, waiting_.back().least);
  for (const auto& run : open_) {
    if (run.get() != current_) limit_ = std::min(limit_, run->place());
  }
  return Status::OK();
}

}  // namespace roost::exporting
