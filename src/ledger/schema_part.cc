#include "ledger/schema_part.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <cstdio>

#include "base/disk.h"

namespace roost::ledger {
namespace {

Result<std::shared_ptr<arrow::DataType>> PlainType(const Column& column) {
  int precision = 0, scale = 0;
  const std::string& name = column.type;
  if (name == "long") return arrow::int64();
  if (name == "integer") return arrow::int32();
  if (name == "short") return arrow::int16();
  if (name == "byte") return arrow::int8();
  if (name == "double") return arrow::float64();
  if (name == "float") return arrow::float32();
  if (name == "string") return arrow::utf8();
  if (name == "boolean") return arrow::boolean();
  if (name == "binary") return arrow::binary();
  if (name == "date") return arrow::date32();
  if (name == "timestamp") return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  if (name == "timestamp_ntz") return arrow::timestamp(arrow::TimeUnit::MICRO);
  if (std::sscanf(name.c_str(), "decimal(%d,%d)", &precision, &scale) == 2)
    return arrow::Decimal128Type::Make(precision, scale);
  return Status::NotImplemented("column ", column.name, " has the type ", name,
                                ", which roost cannot write; drop the column with the tool that "
                                "added it");
}

}  // namespace

Result<std::shared_ptr<arrow::Schema>> ArrowSchema(const std::vector<Column>& columns) {
  arrow::FieldVector fields;
  for (const Column& column : columns) {
    ROOST_ASSIGN(auto type, PlainType(column));
    if (column.is_list) type = arrow::list(arrow::field("element", type));
    fields.push_back(arrow::field(column.name, type));
  }
  return arrow::schema(std::move(fields));
}

Result<bool> LacksColumns(const Snapshot& snapshot) {
  ROOST_ASSIGN(auto columns, ReadSchema(snapshot.metadata.schema, snapshot.metadata.name));
  const std::string all = std::to_string(columns.size());
  auto is_full = [&](const auto& part) {
    auto tag = part.second.tags.find(kColumnsTag);
    return tag != part.second.tags.end() && tag->second == all;
  };
  return !std::all_of(snapshot.live.begin(), snapshot.live.end(), is_full) || snapshot.live.empty();
}

Status WriteSchemaPart(const Snapshot& snapshot, const std::string& path) {
  ROOST_ASSIGN(auto columns, ReadSchema(snapshot.metadata.schema, path));
  ROOST_ASSIGN(auto schema, ArrowSchema(columns));
  ROOST_ASSIGN(auto rows, arrow::Table::MakeEmpty(schema));
  ROOST_ASSIGN(auto out, arrow::io::BufferOutputStream::Create());
  ROOST_TRY(parquet::arrow::WriteTable(*rows, arrow::default_memory_pool(), out));
  ROOST_ASSIGN(auto bytes, out->Finish());
  ROOST_ASSIGN(auto file, disk::File::Create(path));
  ROOST_TRY(file.Write(std::string_view(reinterpret_cast<const char*>(bytes->data()),
                                        static_cast<size_t>(bytes->size()))));
  ROOST_TRY(file.Sync());
  return file.Close();
}

}  // namespace roost::ledger
