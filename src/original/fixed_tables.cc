#include "original/fixed_tables.h"

#include <arrow/builder.h>
#include <arrow/table.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "store/plain_file.h"

namespace roost::original {
namespace {

using Json = nlohmann::json;

enum class Kind : uint8_t { kInteger, kText };

struct Field {
  const char* name;
  Kind kind;
};

struct FixedTable {
  const char* name;
  std::vector<Field> fields;
};

const std::vector<FixedTable>& Schema() {
  static const std::vector<FixedTable> schema = {
      {"teachers", {{"teacher_id", Kind::kInteger}, {"name", Kind::kText}}},
      {"classes",
       {{"class_id", Kind::kInteger},
        {"teacher_id", Kind::kInteger},
        {"capacity", Kind::kInteger}}},
      {"students",
       {{"student_id", Kind::kInteger},
        {"name", Kind::kText},
        {"age", Kind::kInteger},
        {"grade", Kind::kInteger}}},
      {"enrollments",
       {{"student_id", Kind::kInteger}, {"class_id", Kind::kInteger}, {"score", Kind::kInteger}}},
  };
  return schema;
}

// 76.3 becomes 76, "12" becomes 12, true becomes 1; "twelve" is nothing.
std::optional<int64_t> AsInteger(const Json& value) {
  if (value.is_number_float()) {
    const double number = std::trunc(value.get<double>());
    if (!(number >= -0x1p63 && number < 0x1p63)) return std::nullopt;
    return static_cast<int64_t>(number);
  }
  if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) return std::nullopt;
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number()) return value.get<int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  int64_t number = 0;
  const char* text_end = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data(), text_end, number);
  return error == std::errc() && end == text_end ? std::optional(number) : std::nullopt;
}

std::optional<std::string> AsText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null() || value.is_structured()) return std::nullopt;
  return value.dump();
}

std::unique_ptr<arrow::ArrayBuilder> MakeBuilder(Kind kind) {
  if (kind == Kind::kText) return std::make_unique<arrow::StringBuilder>();
  return std::make_unique<arrow::Int64Builder>();
}

Status Append(arrow::ArrayBuilder& column, Kind kind, const Json& value) {
  if (kind == Kind::kText) {
    std::optional<std::string> text = AsText(value);
    return text ? static_cast<arrow::StringBuilder&>(column).Append(*text) : column.AppendNull();
  }
  std::optional<int64_t> number = AsInteger(value);
  return number ? static_cast<arrow::Int64Builder&>(column).Append(*number) : column.AppendNull();
}

}  // namespace

struct FixedTables::Table {
  const FixedTable* fixed;
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> columns;
};

FixedTables::FixedTables() {
  for (const FixedTable& fixed : Schema()) {
    Table& table = tables_.emplace_back();
    table.fixed = &fixed;
    for (const Field& field : fixed.fields) table.columns.push_back(MakeBuilder(field.kind));
  }
}
FixedTables::FixedTables(FixedTables&&) noexcept = default;
FixedTables::~FixedTables() = default;

Status FixedTables::Add(const Json& document) {
  if (!document.is_object()) return Status::OK();
  for (Table& table : tables_) {
    auto rows = document.find(table.fixed->name);
    if (rows == document.end() || !rows->is_array()) continue;
    for (const Json& row : *rows) {
      if (row.is_object()) ROOST_TRY(AddRow(table, row));
    }
  }
  return Status::OK();
}

Status FixedTables::AddRow(Table& table, const Json& row) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Field& field = table.fixed->fields[i];
    auto value = row.find(field.name);
    ROOST_TRY(Append(*table.columns[i], field.kind, value == row.end() ? Json() : *value));
  }
  return Status::OK();
}

std::vector<std::pair<std::string, uint64_t>> FixedTables::RowCounts() const {
  std::vector<std::pair<std::string, uint64_t>> counts;
  for (const Table& table : tables_) {
    counts.emplace_back(table.fixed->name, static_cast<uint64_t>(table.columns[0]->length()));
  }
  return counts;
}

Status FixedTables::Write(const std::string& folder) {
  for (Table& table : tables_) {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    for (size_t i = 0; i < table.columns.size(); ++i) {
      ROOST_ASSIGN(auto column, table.columns[i]->Finish());
      fields.push_back(arrow::field(table.fixed->fields[i].name, column->type()));
      columns.push_back(std::move(column));
    }
    auto whole = arrow::Table::Make(arrow::schema(std::move(fields)), std::move(columns));
    ROOST_TRY(store::WritePlainFile(*whole, folder + "/" + table.fixed->name + ".parquet"));
  }
  return Status::OK();
}

}  // namespace roost::original
