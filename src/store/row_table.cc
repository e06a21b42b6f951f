#include "store/row_table.h"

#include "store/column_values.h"

namespace roost::store {

using shred::Layout;

namespace {

constexpr uint64_t kGroupRows = 1 << 18;
constexpr uint64_t kGroupBytes = 16 << 20;

Layout LayoutOf(shred::FinalType type) {
  switch (type) {
    case shred::FinalType::kInt64:
      return Layout::kInt64;
    case shred::FinalType::kTimestampUtc:
      return Layout::kTimestamp;
    default:
      return Layout::kText;
  }
}

}  // namespace

Result<std::unique_ptr<RowTable>> RowTable::Create(const std::string& path, PartFormat format,
                                                   int level) {
  ROOST_ASSIGN(PartFile file, PartFile::Create(path));
  std::unique_ptr<RowTable> made(new RowTable(std::move(file), std::move(format)));
  ROOST_ASSIGN(made->encoder_, PageEncoder::Make(made->format_.codec, level));
  made->cells_.resize(made->format_.columns.size());
  for (size_t i = 0; i < made->cells_.size(); ++i)
    made->cells_[i].column.layout = LayoutOf(made->format_.columns[i].type);
  return made;
}

RowTable& RowTable::Number(uint64_t value) {
  shred::Column& column = cells_[next_++].column;
  column.words.Push(value);
  ++column.values;
  return *this;
}

RowTable& RowTable::Time(int64_t microseconds) {
  return Number(static_cast<uint64_t>(microseconds));
}

RowTable& RowTable::Text(std::string_view value) {
  AddText(cells_[next_++].column, value);
  page_bytes_ += value.size();
  return *this;
}

RowTable& RowTable::NumberOrNull(const std::optional<uint64_t>& value) {
  if (value) return Number(*value);
  AddNull(cells_[next_++].column, page_rows_);
  return *this;
}

RowTable& RowTable::TextOrNull(const std::optional<std::string>& value) {
  if (value) return Text(*value);
  AddNull(cells_[next_++].column, page_rows_);
  return *this;
}

Status RowTable::EndRow() {
  ROOST_CHECK(next_ == cells_.size());
  next_ = 0;
  ++page_rows_;
  if (page_rows_ < PageEncoder::kPageRows && page_bytes_ < PageEncoder::kPageBytes)
    return Status::OK();
  ROOST_TRY(FlushPage());
  uint64_t bytes = 0;
  for (const Cells& cells : cells_) bytes += cells.chunk.held_bytes();
  return group_rows_ >= kGroupRows || bytes >= kGroupBytes ? FlushRowGroup() : Status::OK();
}

Status RowTable::FlushPage() {
  if (page_rows_ == 0) return Status::OK();
  for (auto& [column, chunk] : cells_) {
    ROOST_TRY(encoder_->Add(chunk, column, group_rows_, page_rows_));
    ClearValues(column);
  }
  group_rows_ += page_rows_;
  page_rows_ = 0;
  page_bytes_ = 0;
  return Status::OK();
}

Status RowTable::FlushRowGroup() {
  if (group_rows_ == 0) return Status::OK();
  RowGroupFacts group;
  group.rows = group_rows_;
  for (Cells& cells : cells_) {
    ROOST_TRY(encoder_->Finish(cells.chunk, group_rows_, &cells.column));
    ROOST_ASSIGN(ChunkFacts facts, file_.Append(cells.chunk));
    group.chunks.push_back(std::move(facts));
    cells.chunk.Reset();
  }
  file_.EndRowGroup(std::move(group));
  group_rows_ = 0;
  return Status::OK();
}

Status RowTable::Finish() {
  ROOST_TRY(FlushPage());
  ROOST_TRY(FlushRowGroup());
  return file_.Finish(format_);
}

}  // namespace roost::store
