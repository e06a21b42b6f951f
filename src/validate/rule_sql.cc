#include "validate/rule_sql.h"

#include <fmt/format.h>

#include "base/sql_text.h"

namespace roost::validate {

namespace {

using shred::FinalColumn;

/// Joins non-empty conditions; `empty` where there are none.
std::string Join(const std::vector<std::string>& parts, std::string_view by,
                 std::string_view empty) {
  std::string all;
  for (const std::string& part : parts) {
    if (!all.empty()) all += by;
    all += part;
  }
  return all.empty() ? std::string(empty) : all;
}

std::string AnyOf(const std::vector<std::string>& parts) { return Join(parts, " OR ", "false"); }

std::string LiteralFor(const FinalColumn& column, const Literal& literal) {
  switch (KindOf(column.type)) {
    case ValueKind::kNumber:
      if (column.type == shred::FinalType::kDouble) return SqlText(literal.text) + "::DOUBLE";
      return literal.text;
    case ValueKind::kDate:
      return "DATE " + SqlText(literal.text.substr(0, 10));
    case ValueKind::kTimestamp:
      return (column.type == shred::FinalType::kTimestampUtc ? "TIMESTAMPTZ " : "TIMESTAMP ") +
             SqlText(literal.text);
    case ValueKind::kBool:
      return literal.text;
    default:
      return SqlText(literal.text);
  }
}

/// Whether values of the column can be compared with the literal.
bool Fits(const FinalColumn& column, const Literal& literal) {
  switch (KindOf(column.type)) {
    case ValueKind::kNumber:
      return literal.is_number;
    case ValueKind::kBool:
      return literal.is_bool;
    case ValueKind::kText:
      return !literal.is_number && !literal.is_bool;
    case ValueKind::kDate:
    case ValueKind::kTimestamp:
      return true;
    default:
      return false;
  }
}

std::string NotNull(const FinalColumn& column) { return SqlName(column.name) + " IS NOT NULL"; }

std::string AnyThere(const Field& field) {
  std::vector<std::string> parts;
  for (const FinalColumn* column : field.columns) parts.push_back(NotNull(*column));
  return AnyOf(parts);
}

/// `age is 81`, whichever of the columns holds the value.
std::string ShownValue(const Field& field) {
  std::string values;
  for (const FinalColumn* column : field.columns) {
    values += (values.empty() ? "" : ", ") + SqlName(column->name) + "::VARCHAR";
  }
  return "concat(" + SqlText(field.name + " is ") + ", coalesce(" + values + ", 'null'))";
}

RowConditions NotNullConditions(const Rule& rule) {
  return {"true", "NOT (" + AnyThere(*rule.fields[0]) + ")",
          SqlText(rule.fields[0]->name + " has no value")};
}

RowConditions RangeConditions(const Rule& rule) {
  std::vector<std::string> tested, failed;
  for (const FinalColumn* column : rule.fields[0]->columns) {
    const Literal& any = rule.low ? *rule.low : rule.high ? *rule.high : Literal{"", true};
    if (!Fits(*column, any)) continue;
    std::string name = SqlName(column->name);
    tested.push_back(NotNull(*column));
    if (rule.low) failed.push_back(name + " < " + LiteralFor(*column, *rule.low));
    if (rule.high) failed.push_back(name + " > " + LiteralFor(*column, *rule.high));
  }
  return {AnyOf(tested), AnyOf(failed), ShownValue(*rule.fields[0])};
}

RowConditions SetConditions(const Rule& rule) {
  std::vector<std::string> tested, failed;
  for (const FinalColumn* column : rule.fields[0]->columns) {
    ValueKind kind = KindOf(column->type);
    if (kind == ValueKind::kNone || kind == ValueKind::kJson || kind == ValueKind::kList) continue;
    std::vector<std::string> values;
    for (const Literal& literal : rule.values) {
      if (Fits(*column, literal)) values.push_back(LiteralFor(*column, literal));
    }
    tested.push_back(NotNull(*column));
    failed.push_back(values.empty()
                         ? NotNull(*column)
                         : SqlName(column->name) + " NOT IN (" + Join(values, ", ", "") + ")");
  }
  return {AnyOf(tested), AnyOf(failed), ShownValue(*rule.fields[0])};
}

RowConditions PatternConditions(const Rule& rule) {
  std::vector<std::string> tested, failed;
  for (const FinalColumn* column : rule.fields[0]->columns) {
    ValueKind kind = KindOf(column->type);
    if (kind == ValueKind::kNone || kind == ValueKind::kJson || kind == ValueKind::kList) continue;
    std::string text = SqlName(column->name) + (kind == ValueKind::kText ? "" : "::VARCHAR");
    tested.push_back(NotNull(*column));
    failed.push_back("NOT regexp_full_match(" + text + ", " + SqlText(rule.text) + ")");
  }
  return {AnyOf(tested), AnyOf(failed), ShownValue(*rule.fields[0])};
}

RowConditions LengthConditions(const Rule& rule) {
  std::vector<std::string> tested, failed;
  for (const FinalColumn* column : rule.fields[0]->columns) {
    ValueKind kind = KindOf(column->type);
    if (kind != ValueKind::kText && kind != ValueKind::kList) continue;
    std::string length = "len(" + SqlName(column->name) + ")";
    tested.push_back(NotNull(*column));
    if (rule.least > 0) failed.push_back(fmt::format("{} < {}", length, rule.least));
    if (rule.most < 1e18) failed.push_back(fmt::format("{} > {}", length, rule.most));
  }
  return {AnyOf(tested), AnyOf(failed), ShownValue(*rule.fields[0])};
}

/// What is wrong with the values of a column for a type rule; empty: nothing.
std::string WrongType(const FinalColumn& column, ValueType type) {
  ValueKind kind = KindOf(column.type);
  std::string all = NotNull(column);
  switch (type) {
    case ValueType::kInteger:
      if (column.type == shred::FinalType::kDouble) {
        return SqlName(column.name) + " <> trunc(" + SqlName(column.name) + ")";
      }
      return kind == ValueKind::kNumber ? "" : all;
    case ValueType::kNumber:
      return kind == ValueKind::kNumber ? "" : all;
    case ValueType::kBool:
      return kind == ValueKind::kBool ? "" : all;
    case ValueType::kText:
      return kind == ValueKind::kText || kind == ValueKind::kDate || kind == ValueKind::kTimestamp
                 ? ""
                 : all;
    case ValueType::kDate:
      return kind == ValueKind::kDate ? "" : all;
    case ValueType::kTimestamp:
      return kind == ValueKind::kTimestamp ? "" : all;
    default:
      return kind == ValueKind::kList ? "" : all;
  }
}

RowConditions TypeConditions(const Rule& rule) {
  std::vector<std::string> failed;
  for (const FinalColumn* column : rule.fields[0]->columns) {
    std::string wrong =
        column->type == shred::FinalType::kNull ? "" : WrongType(*column, rule.type);
    if (!wrong.empty()) failed.push_back(wrong);
  }
  return {AnyThere(*rule.fields[0]), AnyOf(failed), ShownValue(*rule.fields[0])};
}

RowConditions ExpressionConditions(const Rule& rule) {
  std::vector<std::string> values;
  for (const Field* field : rule.fields) values.push_back(ShownValue(*field));
  std::string reason = values.empty() ? SqlText("this does not hold: " + rule.text)
                                      : "concat_ws(', ', " + Join(values, ", ", "") + ")";
  return {"(" + rule.text + ") IS NOT NULL", "NOT (" + rule.text + ")", reason};
}

RowConditions Plain(const Rule& rule) {
  switch (rule.kind) {
    case Kind::kNotNull:
      return NotNullConditions(rule);
    case Kind::kRange:
      return RangeConditions(rule);
    case Kind::kSet:
      return SetConditions(rule);
    case Kind::kPattern:
      return PatternConditions(rule);
    case Kind::kLength:
      return LengthConditions(rule);
    case Kind::kType:
      return TypeConditions(rule);
    default:
      return ExpressionConditions(rule);
  }
}

}  // namespace

std::vector<std::string> WrongTypes(const Field& field, const std::string& type) {
  std::vector<std::string> wrong;
  for (auto wanted : {ValueType::kInteger, ValueType::kNumber, ValueType::kBool, ValueType::kText,
                      ValueType::kDate, ValueType::kTimestamp, ValueType::kList}) {
    if (type != NameOf(wanted)) continue;
    for (const FinalColumn* column : field.columns) {
      if (column->type == shred::FinalType::kNull || WrongType(*column, wanted).empty()) continue;
      wrong.push_back("column " + column->name + " does not hold values of type " + type);
    }
  }
  return wrong;
}

RowConditions ConditionsOf(const Rule& rule) {
  RowConditions conditions = Plain(rule);
  if (!rule.where.empty()) {
    conditions.tested = "(" + rule.where + ") AND (" + conditions.tested + ")";
    conditions.failed = "(" + rule.where + ") AND (" + conditions.failed + ")";
  }
  return conditions;
}

std::string ShownSql(const Rule& rule, const RowSource& source) {
  if (rule.is_absent) return "";
  if (IsRowRule(rule.kind)) {
    return "SELECT * FROM " + SqlName(rule.table->name()) + " WHERE " + ConditionsOf(rule).failed;
  }
  if (rule.kind == Kind::kSql) return rule.text;
  std::string bad = QueriesOf(rule, source).bad;
  if (bad.empty() || !rule.table) return bad;
  return "SELECT t.*, b.reason FROM " + SqlName(rule.table->name()) + " t JOIN (" + bad +
         ") b ON t." + SqlName(rule.table->id) + " = b.id";
}

}  // namespace roost::validate
