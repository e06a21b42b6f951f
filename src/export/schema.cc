#include <numeric>

#include "export/catalog.h"
#include "roost/roost.h"
#include "store/table_metadata.h"

namespace roost {

namespace {

using exporting::StoredTable;

std::string JoinNames(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

void AddTechnical(TableDescription& table, const std::string& name) {
  if (name.empty()) return;
  ColumnDescription& column = table.columns.emplace_back();
  column.name = name;
  column.type = "int64";
  column.technical = true;
}

ColumnDescription DescribeColumn(const shred::FinalColumn& stored) {
  ColumnDescription column;
  column.name = stored.name;
  column.type = store::TypeName(stored.type);
  column.json_path = stored.json_path;
  column.format = store::DescribeFormat(stored);
  column.conflict_of = stored.conflict_of;
  column.technical = store::IsTechnical(stored);
  return column;
}

TableDescription DescribeColumns(const shred::FinalTable& facts) {
  TableDescription table;
  table.name = facts.name;
  table.json_path = facts.json_path;
  table.parent = JoinNames(facts.parent_names);
  for (const auto& name : {facts.id_name, facts.parent_name, facts.index_name, facts.shape_name}) {
    AddTechnical(table, name);
  }
  for (const auto& column : facts.columns) table.columns.push_back(DescribeColumn(column));
  return table;
}

}  // namespace

Result<std::vector<TableDescription>> DescribeSchema(const std::string& store_dir) {
  ROOST_ASSIGN(exporting::Catalog catalog, exporting::OpenCatalog(store_dir));
  std::vector<TableDescription> tables;
  for (const StoredTable& stored : catalog.tables) {
    TableDescription table = DescribeColumns(stored.facts.table);
    ROOST_ASSIGN(auto parts, exporting::OpenParts(stored));
    table.parts = parts.size();
    for (const auto& part : parts) {
      table.rows += static_cast<uint64_t>(part->rows());
      table.bytes += part->bytes();
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace roost
