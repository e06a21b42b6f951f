#include "export/row_run.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace roost::exporting {

namespace {

Result<std::shared_ptr<arrow::Array>> ReadInt64(const arrow::RecordBatch& rows,
                                                const std::string& name) {
  auto column = rows.GetColumnByName(name);
  if (!column) return Status::Invalid("it lacks column ", name);
  return CastTo(std::move(column), arrow::int64());
}

const int64_t* Values(const arrow::Array& array) {
  return static_cast<const arrow::Int64Array&>(array).raw_values();
}

/// True if the key columns of the row group are in order and without nulls.
Result<bool> IsInOrder(const TableSource& source, const Part& part, int row_group) {
  const shred::FinalTable& facts = source.facts();
  std::vector<std::string> names = {source.key_name()};
  if (!source.is_root()) names.push_back(facts.index_name);
  ROOST_ASSIGN(auto reader, part.ReadRows(row_group, names));
  RowPlace last{std::numeric_limits<int64_t>::min(), -1};
  while (true) {
    ROOST_ASSIGN(auto rows, reader->Next());
    if (!rows) return true;
    ROOST_ASSIGN(auto keys, ReadInt64(*rows, names[0]));
    std::shared_ptr<arrow::Array> indexes;
    if (names.size() > 1) {
      ROOST_ASSIGN(indexes, ReadInt64(*rows, names[1]));
    }
    if (keys->null_count() != 0) return false;
    for (int64_t i = 0; i < rows->num_rows(); ++i) {
      RowPlace place{Values(*keys)[i], indexes ? Values(*indexes)[i] : 0};
      if (place < last) return false;
      last = place;
    }
  }
}

Result<std::shared_ptr<arrow::RecordBatch>> DropNulls(std::shared_ptr<arrow::RecordBatch> rows,
                                                      const std::string& name) {
  auto column = rows->GetColumnByName(name);
  if (!column || column->null_count() == 0) return rows;
  arrow::Int64Builder kept;
  for (int64_t row = 0; row < column->length(); ++row) {
    if (column->IsValid(row)) ROOST_TRY(kept.Append(row));
  }
  ROOST_ASSIGN(auto places, kept.Finish());
  ROOST_ASSIGN(auto taken, arrow::compute::Take(rows, places));
  return taken.record_batch();
}

/// All rows that the reader has left, as one batch in order.
Result<std::shared_ptr<arrow::RecordBatch>> ReadSorted(const TableSource& source,
                                                       arrow::RecordBatchReader& reader) {
  ROOST_ASSIGN(auto table, reader.ToTable());
  ROOST_ASSIGN(auto rows, table->CombineChunksToBatch());
  for (const std::string& name : {source.facts().id_name, source.key_name()}) {
    ROOST_ASSIGN(rows, DropNulls(std::move(rows), name));
  }
  ROOST_ASSIGN(auto keys, ReadInt64(*rows, source.key_name()));
  std::shared_ptr<arrow::Array> indexes;
  if (!source.is_root()) {
    ROOST_ASSIGN(indexes, ReadInt64(*rows, source.facts().index_name));
  }
  std::vector<int64_t> order(static_cast<size_t>(rows->num_rows()));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::ranges::sort(order, {}, [&](int64_t row) {
    return RowPlace{Values(*keys)[row], indexes ? Values(*indexes)[row] : 0};
  });
  arrow::Int64Builder builder;
  ROOST_TRY(builder.AppendValues(order));
  ROOST_ASSIGN(auto places, builder.Finish());
  ROOST_ASSIGN(auto sorted, arrow::compute::Take(rows, places));
  return sorted.record_batch();
}

}  // namespace

Result<std::unique_ptr<RowRun>> RowRun::Open(const TableSource& source, const Part& part,
                                             int row_group, int64_t first_key) {
  std::unique_ptr<RowRun> run(new RowRun(source, part));
  Status status = run->Start(row_group);
  while (status.ok() && !run->is_done() && run->batch_.key[run->batch_.rows - 1] < first_key) {
    status = run->LoadBatch();
  }
  if (!status.ok()) return status;
  const int64_t* keys = run->batch_.key;
  run->row_ = std::lower_bound(keys, keys + run->batch_.rows, first_key) - keys;
  return run;
}

Status RowRun::Start(int row_group) {
  ROOST_ASSIGN(bool is_in_order, IsInOrder(source_, part_, row_group));
  ROOST_ASSIGN(reader_, part_.ReadRows(row_group));
  if (is_in_order) return LoadBatch();
  ROOST_ASSIGN(auto rows, ReadSorted(source_, *reader_));
  reader_.reset();
  return Take(rows);
}

Status RowRun::LoadBatch() {
  batch_ = RowBatch();
  row_ = 0;
  while (reader_ && batch_.rows == 0) {
    ROOST_ASSIGN(auto rows, reader_->Next());
    if (!rows) {
      reader_.reset();
      break;
    }
    ROOST_TRY(Take(rows));
  }
  return Status::OK();
}

Status RowRun::Take(const std::shared_ptr<arrow::RecordBatch>& rows) {
  const shred::FinalTable& facts = source_.facts();
  auto read = [this, &rows](const std::string& name) -> Result<const int64_t*> {
    if (name.empty()) return nullptr;
    ROOST_ASSIGN(auto array, ReadInt64(*rows, name));
    if (array->null_count() != 0) return Status::Invalid("column ", name, " has nulls");
    batch_.kept.push_back(array);
    return Values(*array);
  };
  auto take = [&]() -> Status {
    batch_ = RowBatch();
    ROOST_ASSIGN(batch_.id, read(facts.id_name));
    ROOST_ASSIGN(batch_.key, read(source_.key_name()));
    ROOST_ASSIGN(batch_.index, read(facts.index_name));
    ROOST_ASSIGN(batch_.shape, read(facts.shape_name));
    for (const shred::FinalColumn& column : facts.columns) {
      auto array = rows->GetColumnByName(column.name);
      ROOST_ASSIGN(ColumnValues values,
                   array ? ColumnValues::Make(array, column) : Result(ColumnValues()));
      batch_.columns.push_back(std::move(values));
    }
    batch_.rows = rows->num_rows();
    return Status::OK();
  };
  Status status = take();
  return status.ok() ? status : part_.Blame(status);
}

}  // namespace roost::exporting
