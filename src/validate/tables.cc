#include "validate/tables.h"

#include <arrow/api.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "export/part.h"
#include "relate/table_finder.h"
#include "store/table_metadata.h"

namespace roost::validate {

namespace {

namespace fs = std::filesystem;
using shred::FinalType;

/// `$.orders[*].lines[*]` -> lines
std::string_view LastKey(std::string_view json_path) {
  if (json_path.ends_with("[*]")) json_path.remove_suffix(3);
  size_t dot = json_path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : json_path.substr(dot + 1);
}

std::string PathInRow(const shred::FinalTable& table, const shred::FinalColumn& column) {
  const std::string prefix = table.json_path + ".";
  if (!column.json_path.starts_with(prefix)) return column.name;
  return column.json_path.substr(prefix.size());
}

std::vector<Field> FieldsOf(const shred::FinalTable& table) {
  std::vector<Field> fields;
  for (const shred::FinalColumn& column : table.columns) {
    if (store::IsTechnical(column) || !column.conflict_of.empty()) continue;
    fields.push_back({column.name, PathInRow(table, column), column.json_path, {&column}});
  }
  for (const shred::FinalColumn& column : table.columns) {
    if (column.conflict_of.empty()) continue;
    auto owner = std::ranges::find(fields, column.conflict_of, &Field::name);
    if (owner != fields.end()) owner->columns.push_back(&column);
  }
  return fields;
}

FinalType TypeOfItems(const arrow::DataType& type) {
  const auto& item = *static_cast<const arrow::BaseListType&>(type).value_type();
  if (arrow::is_integer(item.id())) return FinalType::kListInt64;
  if (arrow::is_floating(item.id())) return FinalType::kListDouble;
  if (item.id() == arrow::Type::BOOL) return FinalType::kListBool;
  return item.id() == arrow::Type::STRING ? FinalType::kListText : FinalType::kJson;
}

FinalType TypeOf(const arrow::DataType& type) {
  if (type.id() == arrow::Type::UINT64) return FinalType::kDecimal38;
  if (arrow::is_integer(type.id())) return FinalType::kInt64;
  if (arrow::is_floating(type.id())) return FinalType::kDouble;
  switch (type.id()) {
    case arrow::Type::BOOL:
      return FinalType::kBool;
    case arrow::Type::DECIMAL128:
      return FinalType::kDecimal38;
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
      return FinalType::kDate;
    case arrow::Type::TIMESTAMP:
      return static_cast<const arrow::TimestampType&>(type).timezone().empty()
                 ? FinalType::kTimestampLocal
                 : FinalType::kTimestampUtc;
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
      return TypeOfItems(type);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return FinalType::kText;
    default:
      return FinalType::kJson;  // structs and the like: only whether they are there is known
  }
}

/// A catalog of files that roost did not write. Their rows have no ids: sessions make some.
Result<exporting::Catalog> CatalogOfPlainFiles(const std::string& folder) {
  ROOST_ASSIGN(relate::Database found, relate::FindTables(folder));
  exporting::Catalog catalog;
  catalog.store_dir = found.folder;
  for (const relate::Table& table : found.tables) {
    exporting::StoredTable stored;
    stored.facts.table.name = table.name;
    stored.facts.table.json_path = "";
    stored.facts.table.id_name = stored.facts.table.parent_name = "";
    stored.facts.table.index_name = stored.facts.table.shape_name = "";
    ROOST_ASSIGN(auto schema, table.parts.front()->ReadSchema());
    for (const auto& field : schema->fields()) {
      shred::FinalColumn column;
      column.name = field->name();
      column.type = TypeOf(*field->type());
      stored.facts.table.columns.push_back(std::move(column));
    }
    for (const auto& part : table.parts) stored.part_paths.push_back(part->path());
    catalog.tables.push_back(std::move(stored));
  }
  return catalog;
}

}  // namespace

const Field* TableInfo::Find(std::string_view name) const {
  for (const Field& field : fields) {
    if (field.name == name) return &field;
  }
  for (const Field& field : fields) {
    if (field.path == name) return &field;
  }
  return nullptr;
}

std::vector<std::string> TableInfo::FieldNames() const {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    names.push_back(field.name);
    if (field.path != field.name) names.push_back(field.path);
  }
  return names;
}

std::string ColumnsText(const TableInfo& table) {
  std::string columns = table.stored->is_uneven ? "uneven\n" : "";
  for (const auto& column : table.stored->facts.table.columns) {
    columns += column.name + "\n" + std::string(store::TypeName(column.type)) + "\n";
  }
  return columns;
}

Result<Tables> Tables::Open(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Status::IOError("there is no folder ", folder,
                           ". Name the output folder of `roost ingest`, or one with Parquet files");
  }
  Tables tables;
  auto now = std::chrono::system_clock::now().time_since_epoch();
  tables.opened_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  tables.folder_ = fs::canonical(folder, error).string();
  tables.is_store_ = exporting::IsStore(folder);
  auto catalog = tables.is_store_ ? exporting::OpenCatalog(folder) : CatalogOfPlainFiles(folder);
  ROOST_TRY(catalog.status());
  tables.catalog_ = std::make_unique<exporting::Catalog>(std::move(catalog).ValueUnsafe());
  for (const exporting::StoredTable& stored : tables.catalog_->tables) {
    TableInfo& table = tables.tables_.emplace_back();
    table.stored = &stored;
    table.fields = FieldsOf(stored.facts.table);
    table.id = stored.facts.table.id_name.empty() ? "_roost_id" : stored.facts.table.id_name;
    ROOST_ASSIGN(table.parts, exporting::OpenParts(stored));
    for (const auto& part : table.parts) {
      table.rows += static_cast<uint64_t>(part->rows());
      table.bytes += part->bytes();
    }
  }
  return tables;
}

const TableInfo* Tables::Find(std::string_view name) const {
  for (const TableInfo& table : tables_) {
    if (table.name() == name) return &table;
  }
  const TableInfo* found = nullptr;
  for (const TableInfo& table : tables_) {
    if (LastKey(table.stored->facts.table.json_path) != name) continue;
    if (found != nullptr) return nullptr;
    found = &table;
  }
  return found;
}

std::vector<std::string> Tables::Names() const {
  std::vector<std::string> names;
  for (const TableInfo& table : tables_) {
    names.push_back(table.name());
    std::string_view key = LastKey(table.stored->facts.table.json_path);
    if (!key.empty() && key != table.name()) names.emplace_back(key);
  }
  return names;
}

ValueKind KindOf(FinalType type) {
  switch (type) {
    case FinalType::kInt64:
    case FinalType::kDecimal38:
    case FinalType::kDouble:
      return ValueKind::kNumber;
    case FinalType::kBool:
      return ValueKind::kBool;
    case FinalType::kText:
      return ValueKind::kText;
    case FinalType::kDate:
      return ValueKind::kDate;
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      return ValueKind::kTimestamp;
    case FinalType::kJson:
      return ValueKind::kJson;
    case FinalType::kNull:
      return ValueKind::kNone;
    default:
      return ValueKind::kList;
  }
}

}  // namespace roost::validate
