#include "query/cell_type.h"

#include "query/handles.h"

namespace roost::query {

namespace {

const char* PlainTypeName(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return "boolean";
    case DUCKDB_TYPE_TINYINT:
      return "int8";
    case DUCKDB_TYPE_SMALLINT:
      return "int16";
    case DUCKDB_TYPE_INTEGER:
      return "int32";
    case DUCKDB_TYPE_BIGINT:
      return "int64";
    case DUCKDB_TYPE_HUGEINT:
      return "int128";
    case DUCKDB_TYPE_UTINYINT:
      return "uint8";
    case DUCKDB_TYPE_USMALLINT:
      return "uint16";
    case DUCKDB_TYPE_UINTEGER:
      return "uint32";
    case DUCKDB_TYPE_UBIGINT:
      return "uint64";
    case DUCKDB_TYPE_UHUGEINT:
      return "uint128";
    case DUCKDB_TYPE_FLOAT:
      return "float";
    case DUCKDB_TYPE_DOUBLE:
      return "double";
    case DUCKDB_TYPE_VARCHAR:
      return "varchar";
    case DUCKDB_TYPE_BLOB:
      return "blob";
    case DUCKDB_TYPE_DATE:
      return "date";
    case DUCKDB_TYPE_TIME:
      return "time";
    case DUCKDB_TYPE_TIME_TZ:
      return "time with time zone";
    case DUCKDB_TYPE_TIME_NS:
      return "time_ns";
    case DUCKDB_TYPE_TIMESTAMP:
      return "timestamp";
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "timestamp with time zone";
    case DUCKDB_TYPE_TIMESTAMP_S:
      return "timestamp_s";
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return "timestamp_ms";
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return "timestamp_ns";
    case DUCKDB_TYPE_INTERVAL:
      return "interval";
    case DUCKDB_TYPE_UUID:
      return "uuid";
    case DUCKDB_TYPE_SQLNULL:
      return "null";
    default:
      return nullptr;
  }
}

Status AddChild(CellType& cell, duckdb_logical_type type) {
  LogicalType owned(type);
  ROOST_ASSIGN(CellType child, ReadCellType(type));
  cell.children.push_back(std::move(child));
  return Status::OK();
}

void ReadDecimal(CellType& cell, duckdb_logical_type type) {
  cell.stored = duckdb_decimal_internal_type(type);
  cell.scale = duckdb_decimal_scale(type);
  cell.name = "decimal(" + std::to_string(duckdb_decimal_width(type)) + "," +
              std::to_string(cell.scale) + ")";
}

void ReadEnum(CellType& cell, duckdb_logical_type type) {
  cell.stored = duckdb_enum_internal_type(type);
  cell.name = "enum";
  for (uint32_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
    cell.names.push_back(TakeText(duckdb_enum_dictionary_value(type, i)));
  }
}

Status ReadStruct(CellType& cell, duckdb_logical_type type) {
  cell.name = "struct";
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    cell.names.push_back(TakeText(duckdb_struct_type_child_name(type, i)));
    ROOST_TRY(AddChild(cell, duckdb_struct_type_child_type(type, i)));
  }
  return Status::OK();
}

Status ReadUnion(CellType& cell, duckdb_logical_type type) {
  cell.name = "union";
  for (idx_t i = 0; i < duckdb_union_type_member_count(type); ++i) {
    ROOST_TRY(AddChild(cell, duckdb_union_type_member_type(type, i)));
  }
  return Status::OK();
}

Status ReadPlain(CellType& cell, duckdb_logical_type type) {
  const char* name = PlainTypeName(cell.id);
  if (name == nullptr) {
    return Status::Invalid("a column has a type that has no text here (BIT, BIGNUM, VARIANT, ",
                           "GEOMETRY ...); cast it, as in x::VARCHAR");
  }
  cell.is_json =
      cell.id == DUCKDB_TYPE_VARCHAR && TakeText(duckdb_logical_type_get_alias(type)) == "JSON";
  cell.name = cell.is_json ? "json" : name;
  return Status::OK();
}

Status ReadInto(CellType& cell, duckdb_logical_type type) {
  switch (cell.id) {
    case DUCKDB_TYPE_DECIMAL:
      ReadDecimal(cell, type);
      return Status::OK();
    case DUCKDB_TYPE_ENUM:
      ReadEnum(cell, type);
      return Status::OK();
    case DUCKDB_TYPE_STRUCT:
      return ReadStruct(cell, type);
    case DUCKDB_TYPE_UNION:
      return ReadUnion(cell, type);
    case DUCKDB_TYPE_LIST:
      ROOST_TRY(AddChild(cell, duckdb_list_type_child_type(type)));
      cell.name = cell.children[0].name + "[]";
      return Status::OK();
    case DUCKDB_TYPE_ARRAY:
      cell.array_size = duckdb_array_type_array_size(type);
      ROOST_TRY(AddChild(cell, duckdb_array_type_child_type(type)));
      cell.name = cell.children[0].name + "[" + std::to_string(cell.array_size) + "]";
      return Status::OK();
    case DUCKDB_TYPE_MAP:
      cell.name = "map";
      ROOST_TRY(AddChild(cell, duckdb_map_type_key_type(type)));
      return AddChild(cell, duckdb_map_type_value_type(type));
    default:
      return ReadPlain(cell, type);
  }
}

}  // namespace

bool CellType::is_number() const {
  switch (id) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return true;
    default:
      return false;
  }
}

Result<CellType> ReadCellType(duckdb_logical_type type) {
  CellType cell;
  cell.id = cell.stored = duckdb_get_type_id(type);
  ROOST_TRY(ReadInto(cell, type));
  return cell;
}

}  // namespace roost::query
