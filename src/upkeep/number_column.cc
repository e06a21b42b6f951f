#include "upkeep/number_column.h"

#include <arrow/api.h>

#include <algorithm>
#include <memory>

#include "export/column_values.h"
#include "export/part.h"

namespace roost::upkeep {

using exporting::Part;

Status NumberColumn::Add(const std::vector<std::string>& parts, const std::string& name) {
  for (const std::string& path : parts) {
    ROOST_ASSIGN(auto part, Part::Open(path));
    ROOST_ASSIGN(auto schema, part->ReadSchema());
    if (!schema->GetFieldByName(name)) continue;
    for (int group = 0; group < part->row_groups(); ++group) {
      Group& added = groups_.emplace_back();
      added.part = path;
      added.column = name;
      added.index = group;
      added.rows = static_cast<uint64_t>(part->RowGroupRows(group));
      if (auto range = part->RangeOf(group, name)) {
        added.least = range->min;
        added.greatest = range->max;
      }
    }
  }
  std::ranges::sort(groups_, {}, &Group::least);
  return Status::OK();
}

std::vector<ValueRange> NumberColumn::Cut(uint64_t most) const {
  std::vector<ValueRange> ranges(1);
  uint64_t rows = 0;
  for (const Group& group : groups_) {
    if (rows + group.rows > most && rows > 0 && group.least > ranges.back().begin) {
      ranges.back().end = group.least;
      ranges.push_back({group.least, INT64_MAX});
      rows = 0;
    }
    rows += group.rows;
  }
  return ranges;
}

Status NumberColumn::ForEachRun(ValueRange range, const TakeRun& take) const {
  std::unique_ptr<bool[]> valid;
  int64_t room = 0;
  std::shared_ptr<const Part> part;
  for (const Group& group : groups_) {
    if (group.least >= range.end || group.greatest < range.begin) continue;
    if (!part || part->path() != group.part) {
      ROOST_ASSIGN(part, Part::Open(group.part));
    }
    ROOST_ASSIGN(auto reader, part->ReadRows(group.index, {group.column}));
    for (;;) {
      ROOST_ASSIGN(auto rows, reader->Next());
      if (!rows) break;
      ROOST_ASSIGN(auto array, exporting::CastTo(rows->column(0), arrow::int64()));
      const auto& numbers = static_cast<const arrow::Int64Array&>(*array);
      if (numbers.length() > room) {
        room = numbers.length();
        valid = std::make_unique<bool[]>(static_cast<size_t>(room));
      }
      for (int64_t i = 0; i < numbers.length(); ++i) valid[i] = numbers.IsValid(i);
      take(numbers.raw_values(), valid.get(), numbers.length());
    }
  }
  return Status::OK();
}

}  // namespace roost::upkeep
