#include "ledger/part_rewriter.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <unordered_set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/delta_json.h"
#include "ledger/schema_part.h"

namespace roost::ledger {
namespace {

constexpr const char* kId = "_roost_id";
using Rows = std::shared_ptr<arrow::Table>;
using Ids = std::unordered_set<int64_t>;

Result<std::optional<Rows>> ReadPart(const std::string& path) {
  ROOST_ASSIGN(auto bytes, disk::ReadIfThere(path));
  if (!bytes) return std::nullopt;
  auto file =
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(std::move(*bytes)));
  ROOST_ASSIGN(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  ROOST_ASSIGN(Rows rows, reader->ReadTable());
  return rows;
}

Result<std::shared_ptr<arrow::Int64Array>> IdsOf(const Rows& rows) {
  auto column = rows->GetColumnByName(kId);
  if (!column || column->type()->id() != arrow::Type::INT64) return nullptr;
  ROOST_ASSIGN(auto whole, arrow::Concatenate(column->chunks()));
  return std::static_pointer_cast<arrow::Int64Array>(whole);
}

Result<Rows> CastRows(const Rows& rows, const std::shared_ptr<arrow::Schema>& schema) {
  arrow::ChunkedArrayVector columns;
  for (const auto& wanted : schema->fields()) {
    auto column = rows->GetColumnByName(wanted->name());
    if (!column) {
      ROOST_ASSIGN(auto nulls, arrow::MakeArrayOfNull(wanted->type(), rows->num_rows()));
      columns.push_back(std::make_shared<arrow::ChunkedArray>(nulls));
      continue;
    }
    ROOST_ASSIGN(auto cast, arrow::compute::Cast(column, wanted->type()));
    columns.push_back(cast.chunked_array());
  }
  return arrow::Table::Make(schema, std::move(columns), rows->num_rows());
}

Result<Rows> LeaveOut(const Rows& rows, const Ids& gone) {
  if (gone.empty()) return rows;
  ROOST_ASSIGN(auto ids, IdsOf(rows));
  if (!ids) return rows;
  arrow::BooleanBuilder keep;
  for (int64_t row = 0; row < ids->length(); ++row)
    ROOST_TRY(keep.Append(ids->IsNull(row) || !gone.contains(ids->Value(row))));
  ROOST_ASSIGN(auto filter, keep.Finish());
  ROOST_ASSIGN(auto kept, arrow::compute::Filter(rows, filter));
  return kept.table();
}

Result<Part> WriteRows(const arrow::Table& rows, const RewriteRequest& request) {
  ROOST_ASSIGN(auto out, arrow::io::BufferOutputStream::Create());
  parquet::WriterProperties::Builder properties;
  properties.compression(parquet::Compression::ZSTD);
  ROOST_TRY(parquet::arrow::WriteTable(rows, arrow::default_memory_pool(), out, 1 << 20,
                                       properties.build()));
  ROOST_ASSIGN(auto bytes, out->Finish());
  Part part;
  part.path = request.next_part_name();
  part.bytes = static_cast<uint64_t>(bytes->size());
  part.stats = "{\"numRecords\":" + std::to_string(rows.num_rows()) + "}";
  part.tags[kColumnsTag] = std::to_string(rows.num_columns());
  const std::string path = request.table_folder + "/" + part.path;
  ROOST_ASSIGN(auto file, disk::File::Create(path));
  ROOST_TRY(file.Write(std::string_view(reinterpret_cast<const char*>(bytes->data()), part.bytes)));
  ROOST_TRY(file.Sync());
  ROOST_TRY(file.Close());
  ROOST_TRY(disk::SyncFolder(request.table_folder));
  ROOST_ASSIGN(auto facts, disk::Examine(path));
  if (facts) part.modified_ms = facts->modified_ns / 1'000'000;
  return part;
}

}  // namespace

Result<std::optional<std::vector<Part>>> RewriteForeignParts(const RewriteRequest& request) {
  Ids gone;
  for (const Part& part : request.gone) {
    ROOST_ASSIGN(auto rows, ReadPart(request.table_folder + "/" + DecodePath(part.path)));
    if (!rows)
      return Status::IOError(request.table_folder, "/", part.path,
                             " was removed by another tool while a commit replaces it, so that its "
                             "rows cannot be told any more; restore the file");
    ROOST_ASSIGN(auto ids, IdsOf(*rows));
    for (int64_t row = 0; ids && row < ids->length(); ++row)
      if (!ids->IsNull(row)) gone.insert(ids->Value(row));
  }
  ROOST_ASSIGN(auto schema, ArrowSchema(request.columns));
  std::vector<Rows> all;
  for (const Part& part : request.parts) {
    ROOST_ASSIGN(auto rows, ReadPart(request.table_folder + "/" + DecodePath(part.path)));
    if (!rows) return std::nullopt;
    auto cast = CastRows(*rows, schema);
    if (!cast.ok())
      return Status::IOError(request.table_folder, "/", part.path,
                             " came from another tool while the table's columns changed, and does "
                             "not fit the new ones (",
                             cast.status().message(),
                             "); take it out of the table with the tool that wrote it");
    ROOST_ASSIGN(Rows kept, LeaveOut(*cast, gone));
    all.push_back(std::move(kept));
  }
  ROOST_ASSIGN(Rows rows, arrow::ConcatenateTables(all));
  ROOST_ASSIGN(Part part, WriteRows(*rows, request));
  return std::vector<Part>{std::move(part)};
}

}  // namespace roost::ledger
