#include "store/part_schema.h"

namespace roost::store {
namespace {

using parquet::LogicalType;
using parquet::Repetition;
using parquet::Type;
using parquet::schema::GroupNode;
using parquet::schema::NodePtr;
using parquet::schema::PrimitiveNode;
using shred::FinalType;

constexpr int kDecimalBytes = 16;
constexpr int kDecimalDigits = 38;

NodePtr Leaf(const std::string& name, Repetition::type repetition, FinalType type, int field) {
  auto make = [&](std::shared_ptr<const LogicalType> logical, Type::type physical, int bytes = -1) {
    return PrimitiveNode::Make(name, repetition, std::move(logical), physical, bytes, field);
  };
  switch (type) {
    case FinalType::kInt64:
    case FinalType::kListInt64:
      return make(LogicalType::None(), Type::INT64);
    case FinalType::kDecimal38:
      return make(LogicalType::Decimal(kDecimalDigits, 0), Type::FIXED_LEN_BYTE_ARRAY,
                  kDecimalBytes);
    case FinalType::kDouble:
    case FinalType::kListDouble:
      return make(LogicalType::None(), Type::DOUBLE);
    case FinalType::kBool:
    case FinalType::kListBool:
      return make(LogicalType::None(), Type::BOOLEAN);
    case FinalType::kDate:
      return make(LogicalType::Date(), Type::INT32);
    case FinalType::kTimestampUtc:
    case FinalType::kTimestampLocal:
      return make(
          LogicalType::Timestamp(type == FinalType::kTimestampUtc, LogicalType::TimeUnit::MICROS),
          Type::INT64);
    case FinalType::kJson:
      return make(LogicalType::JSON(), Type::BYTE_ARRAY);
    case FinalType::kNull:
    case FinalType::kText:
    case FinalType::kListText:
      break;
  }
  return make(LogicalType::String(), Type::BYTE_ARRAY);
}

NodePtr Field(const PartColumn& column, int field) {
  if (IsList(column.type)) {
    NodePtr element = Leaf("element", Repetition::OPTIONAL, column.type, -1);
    NodePtr list = GroupNode::Make("list", Repetition::REPEATED, {element});
    return GroupNode::Make(column.name, Repetition::OPTIONAL, {list}, LogicalType::List(), field);
  }
  auto repetition = column.required ? Repetition::REQUIRED : Repetition::OPTIONAL;
  if (column.is_binary)
    return PrimitiveNode::Make(column.name, repetition, LogicalType::None(), Type::BYTE_ARRAY, -1,
                               field);
  return Leaf(column.name, repetition, column.type, field);
}

}  // namespace

std::shared_ptr<GroupNode> MakeSchema(std::span<const PartColumn> columns) {
  parquet::schema::NodeVector fields;
  for (const PartColumn& column : columns)
    fields.push_back(Field(column, static_cast<int>(fields.size()) + 1));
  return std::static_pointer_cast<GroupNode>(
      GroupNode::Make("schema", Repetition::REQUIRED, fields));
}

}  // namespace roost::store
