#include "store/table_change.h"

#include "ledger/delta_json.h"
#include "ledger/schema_part.h"
#include "store/ledger.h"
#include "store/table_metadata.h"

namespace roost::store {
namespace {

using shred::FinalType;

/// Type name and whether it is a list.
std::pair<const char*, bool> DeltaType(FinalType type) {
  switch (type) {
    case FinalType::kInt64:
      return {"long", false};
    case FinalType::kDecimal38:
      return {"decimal(38,0)", false};
    case FinalType::kDouble:
      return {"double", false};
    case FinalType::kBool:
      return {"boolean", false};
    case FinalType::kDate:
      return {"date", false};
    case FinalType::kTimestampUtc:
      return {"timestamp", false};
    case FinalType::kTimestampLocal:
      return {"timestamp_ntz", false};
    case FinalType::kListInt64:
      return {"long", true};
    case FinalType::kListDouble:
      return {"double", true};
    case FinalType::kListBool:
      return {"boolean", true};
    case FinalType::kListText:
      return {"string", true};
    case FinalType::kNull:
    case FinalType::kText:
    case FinalType::kJson:
      break;
  }
  return {"string", false};
}

ledger::Column TechnicalColumn(const std::string& name) { return {name, "long", false, {}}; }

ledger::Column ColumnOf(const shred::FinalColumn& column) {
  auto [type, is_list] = DeltaType(column.type);
  ledger::Column made{column.name, type, is_list, {}};
  if (column.path.starts_with('!')) return made;
  made.facts["roost.path"] = column.path;
  made.facts["roost.json_path"] = column.json_path;
  made.facts["roost.type"] = TypeName(column.type);
  if (std::string format = DescribeFormat(column); !format.empty())
    made.facts["roost.format"] = format;
  if (!column.conflict_of.empty()) made.facts["roost.conflict_of"] = column.conflict_of;
  return made;
}

std::vector<ledger::Column> ColumnsOf(const PartFormat& format) {
  std::vector<ledger::Column> columns;
  for (const PartColumn& column : format.columns) {
    auto [type, is_list] = DeltaType(column.type);
    columns.push_back({column.name, column.is_binary ? "binary" : type, is_list, {}});
  }
  return columns;
}

std::string HexOf(uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

ledger::Part PartOf(const WrittenPart& part, size_t columns) {
  ledger::Part made;
  made.path = ledger::EncodePath(part.path.substr(part.path.rfind('/') + 1));
  made.bytes = part.bytes;
  made.modified_ms = part.modified_ms;
  made.stats = part.stats;
  made.tags[ledger::kColumnsTag] = std::to_string(columns);
  made.tags[kChecksumTag] = HexOf(part.checksum);
  return made;
}

std::vector<ledger::Part> PartsOf(const std::vector<WrittenPart>& parts, size_t columns) {
  std::vector<ledger::Part> made;
  for (const WrittenPart& part : parts) made.push_back(PartOf(part, columns));
  return made;
}

std::vector<ledger::Column> ColumnsOf(const shred::FinalTable& table) {
  std::vector<ledger::Column> columns = {TechnicalColumn(table.id_name)};
  if (table.kind != shred::TableKind::kRoot) {
    columns.push_back(TechnicalColumn(table.parent_name));
    columns.push_back(TechnicalColumn(table.index_name));
  }
  columns.push_back(TechnicalColumn(table.shape_name));
  for (const shred::FinalColumn& column : table.columns) columns.push_back(ColumnOf(column));
  return columns;
}

ledger::TableSchema SchemaOf(const shred::FinalTable& table, const std::string& only_tables) {
  ledger::TableSchema schema;
  schema.columns = ColumnsOf(table);
  schema.properties[kTableProperty] = TableFactsText(table);
  if (!only_tables.empty()) schema.properties[kPartialProperty] = only_tables;
  return schema;
}

std::vector<ledger::Column> LedgerColumns() { return ColumnsOf(LedgerFormat(Codec::kZstd)); }

std::vector<ledger::Column> QuarantineColumns() {
  return ColumnsOf(QuarantineFormat(Codec::kZstd));
}

Result<std::optional<TableFacts>> FactsOf(const ledger::Snapshot& table) {
  auto found = table.metadata.configuration.find(kTableProperty);
  if (found == table.metadata.configuration.end()) return std::nullopt;
  ROOST_ASSIGN(TableFacts facts, ParseTableFacts(found->second));
  return facts;
}

}  // namespace roost::store
