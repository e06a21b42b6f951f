#include "tests/dump_store.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/status.h"
#include "shred/reference/dump.h"
#include "shred/reference/json.h"
#include "shred/reference/kinds.h"

namespace roost::tests {
namespace {

namespace fs = std::filesystem;
namespace reference = shred::reference;
using shred::FinalType;

struct ParquetFile {
  std::shared_ptr<arrow::Table> rows;
  std::shared_ptr<const arrow::KeyValueMetadata> metadata;
};

Result<ParquetFile> ReadParquet(const fs::path& path) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path.string()));
  parquet::arrow::FileReaderBuilder builder;
  ROOST_TRY(builder.Open(file));
  std::unique_ptr<parquet::arrow::FileReader> reader;
  ROOST_TRY(builder.Build(&reader));
  ParquetFile read;
  ROOST_ASSIGN(read.rows, reader->ReadTable());
  ROOST_ASSIGN(read.rows, read.rows->CombineChunks());
  read.metadata = reader->parquet_reader()->metadata()->key_value_metadata();
  return read;
}

std::vector<fs::path> PartsOf(const fs::path& folder) {
  std::vector<fs::path> parts;
  if (!fs::is_directory(folder)) return parts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".parquet") parts.push_back(entry.path());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

// The footer's JSON, by the reference's parser.

const reference::Value* Find(const reference::Value& object, const std::string& key) {
  for (const reference::Member& member : object.members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}
std::string TextAt(const reference::Value& object, const std::string& key) {
  const reference::Value* value = Find(object, key);
  return value ? value->text : "";
}
uint64_t NumberAt(const reference::Value& object, const std::string& key) {
  const std::string text = TextAt(object, key);
  return text.empty() ? 0 : std::stoull(text);
}
bool FlagAt(const reference::Value& object, const std::string& key) {
  const reference::Value* value = Find(object, key);
  return value && value->kind == reference::Kind::kTrue;
}

Result<reference::Value> ParseJson(std::string_view text) {
  std::optional<reference::Value> value = reference::Parser(text, 1024).Parse(0, 0);
  if (!value || value->raw.size() != text.size()) {
    return Status::Invalid("no JSON in a footer: ", text);
  }
  return std::move(*value);
}

Result<FinalType> TypeFromName(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(FinalType::kListText); ++i) {
    if (name == reference::TypeName(static_cast<FinalType>(i))) return static_cast<FinalType>(i);
  }
  return Status::Invalid("unknown type ", name);
}

Result<reference::Column> ReadColumn(const reference::Value& json) {
  reference::Column column;
  column.name = TextAt(json, "name");
  column.path = TextAt(json, "path");
  ROOST_ASSIGN(column.type, TypeFromName(TextAt(json, "type")));
  column.conflict_of = TextAt(json, "conflict_of");
  column.conflicts = NumberAt(json, "conflicts");
  if (const reference::Value* format = Find(json, "format"); format && Find(*format, "pattern")) {
    column.time_pattern = TextAt(*format, "pattern");
  } else if (format) {
    const std::string suffix = TextAt(*format, "suffix");
    column.time.separator = TextAt(*format, "separator").at(0);
    column.time.suffix = suffix.empty() ? 0 : suffix == "Z" ? 1 : 2;
    column.time.fraction_digits = static_cast<uint8_t>(NumberAt(*format, "fraction_digits"));
    column.time.saw_bare = FlagAt(*format, "bare");
  }
  return column;
}

Result<reference::Table> ReadFacts(const reference::Value& json) {
  reference::Table table;
  table.name = TextAt(json, "table");
  table.identity = TextAt(json, "identity");
  table.json_path = TextAt(json, "json_path");
  const std::string kind = TextAt(json, "kind");
  for (auto each : {shred::TableKind::kRoot, shred::TableKind::kArray, shred::TableKind::kMap,
                    shred::TableKind::kOverflow}) {
    if (kind == reference::KindName(each)) table.kind = each;
  }
  table.id_name = TextAt(json, "id");
  table.parent_name = TextAt(json, "parent");
  table.index_name = TextAt(json, "index");
  table.shape_name = TextAt(json, "shape");
  table.spelled = FlagAt(json, "spelled");
  if (const reference::Value* parents = Find(json, "parents")) {
    for (const reference::Value& parent : parents->items) table.parents.push_back(parent.text);
  }
  std::sort(table.parents.begin(), table.parents.end());
  if (const reference::Value* columns = Find(json, "columns")) {
    for (const reference::Value& each : columns->items) {
      ROOST_ASSIGN(reference::Column column, ReadColumn(each));
      table.columns.push_back(std::move(column));
    }
  }
  return table;
}

// Canonical text of values.

std::string DateText(int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string TimestampText(int64_t micros, bool is_utc) {
  constexpr int64_t kDay = 86'400'000'000;
  const int64_t days = micros / kDay - (micros % kDay < 0 ? 1 : 0), rest = micros - days * kDay;
  const int64_t seconds = rest / 1'000'000;
  char text[32];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%06d%s", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
                static_cast<int>(rest % 1'000'000), is_utc ? "Z" : "");
  return DateText(days) + text;
}

Result<std::string> ValueText(const arrow::Array& array, int64_t at, bool is_json) {
  switch (array.type_id()) {
    case arrow::Type::INT64:
      return std::to_string(static_cast<const arrow::Int64Array&>(array).Value(at));
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Array&>(array).FormatValue(at);
    case arrow::Type::DOUBLE:
      return reference::ShortestText(static_cast<const arrow::DoubleArray&>(array).Value(at));
    case arrow::Type::BOOL:
      return std::string(static_cast<const arrow::BooleanArray&>(array).Value(at) ? "true"
                                                                                  : "false");
    case arrow::Type::DATE32:
      return DateText(static_cast<const arrow::Date32Array&>(array).Value(at));
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
      return TimestampText(static_cast<const arrow::TimestampArray&>(array).Value(at),
                           !type.timezone().empty());
    }
    case arrow::Type::STRING:
    case arrow::Type::BINARY: {
      const std::string_view text = static_cast<const arrow::BinaryArray&>(array).GetView(at);
      return is_json ? std::string(text) : reference::Quote(text);
    }
    case arrow::Type::LIST: {
      const auto& lists = static_cast<const arrow::ListArray&>(array);
      std::string text = "[";
      for (int64_t i = lists.value_offset(at); i < lists.value_offset(at + 1); ++i) {
        if (text.size() > 1) text += ',';
        if (lists.values()->IsNull(i)) {
          text += "null";
        } else {
          ROOST_ASSIGN(std::string item, ValueText(*lists.values(), i, false));
          text += item;
        }
      }
      return text + "]";
    }
    default:
      return Status::Invalid("unexpected type ", array.type()->ToString());
  }
}

/// One part of one table: rows of arrays, looked up by column name.
class PartReader {
 public:
  PartReader(const ParquetFile& file, reference::Table* table) : file_(file), table_(*table) {}

  Status Run() {
    ROOST_TRY(CheckOrder());
    ROOST_TRY(ReadShapes());
    for (int64_t at = 0; at < file_.rows->num_rows(); ++at) ROOST_TRY(ReadRow(at));
    return Status::OK();
  }

 private:
  /// The file's columns must be those of its metadata, in the same order.
  Status CheckOrder() {
    std::vector<std::string> names = {table_.id_name};
    if (table_.kind != shred::TableKind::kRoot) {
      names.push_back(table_.parent_name);
      names.push_back(table_.index_name);
    }
    names.push_back(table_.shape_name);
    // The key of a map stands among the technical columns, and so first in the metadata.
    for (const reference::Column& column : table_.columns) names.push_back(column.name);
    if (names == file_.rows->ColumnNames()) return Status::OK();
    return Status::Invalid(table_.name, ": the metadata names other columns than the schema\n",
                           file_.rows->schema()->ToString());
  }

  Status ReadShapes() {
    if (!file_.metadata || !file_.metadata->Contains("roost.shapes")) return Status::OK();
    ROOST_ASSIGN(std::string text, file_.metadata->Get("roost.shapes"));
    ROOST_ASSIGN(reference::Value shapes, ParseJson(text));
    for (const reference::Member& shape : shapes.members) {
      const uint64_t hash = std::stoull(shape.key, nullptr, 16);
      shapes_[static_cast<int64_t>(hash)] = shape.value.text;
    }
    return Status::OK();
  }

  const arrow::Array& ArrayOf(const std::string& column) const {
    return *file_.rows->GetColumnByName(column)->chunk(0);
  }
  Result<int64_t> Integer(const std::string& column, int64_t at) const {
    const arrow::Array& array = ArrayOf(column);
    if (array.type_id() != arrow::Type::INT64 || array.IsNull(at)) {
      return Status::Invalid(table_.name, ".", column, ": no integer in row ", at);
    }
    return static_cast<const arrow::Int64Array&>(array).Value(at);
  }

  Status ReadRow(int64_t at) {
    reference::Row row;
    ROOST_ASSIGN(row.id, Integer(table_.id_name, at));
    if (table_.kind != shred::TableKind::kRoot) {
      ROOST_ASSIGN(row.parent, Integer(table_.parent_name, at));
      ROOST_ASSIGN(int64_t index, Integer(table_.index_name, at));
      row.index = static_cast<uint32_t>(index);
    }
    ROOST_ASSIGN(int64_t hash, Integer(table_.shape_name, at));
    if (const auto shape = shapes_.find(hash); shape != shapes_.end()) row.shape = shape->second;
    for (const reference::Column& column : table_.columns) {
      const arrow::Array& array = ArrayOf(column.name);
      if (array.IsNull(at)) continue;
      if (column.path == "!layout") {
        row.shape = static_cast<const arrow::BinaryArray&>(array).GetString(at);
        continue;
      }
      ROOST_ASSIGN(row.values[column.name], ValueText(array, at, column.type == FinalType::kJson));
    }
    if (static_cast<int64_t>(XXH3_64bits(row.shape.data(), row.shape.size())) != hash) {
      return Status::Invalid(table_.name, ": the hash of shape '", row.shape, "' is another");
    }
    table_.rows.push_back(std::move(row));
    return Status::OK();
  }

  const ParquetFile& file_;
  reference::Table& table_;
  std::map<int64_t, std::string> shapes_;
};

Result<reference::Table> ReadTable(const fs::path& folder) {
  std::optional<reference::Table> table;
  std::string facts;
  for (const fs::path& part : PartsOf(folder)) {
    ROOST_ASSIGN(ParquetFile file, ReadParquet(part));
    ROOST_ASSIGN(std::string text, file.metadata->Get("roost"));
    if (!table) {
      ROOST_ASSIGN(reference::Value json, ParseJson(text));
      ROOST_ASSIGN(table, ReadFacts(json));
      facts = text;
    } else if (text != facts) {
      return Status::Invalid(part.string(), " has other facts than the first part");
    }
    if (file.rows->num_rows() > 0) ROOST_TRY(PartReader(file, &*table).Run());
  }
  if (!table) return Status::Invalid(folder.string(), " holds no part");
  if (folder.filename() != table->name + ".parquet") {
    return Status::Invalid(folder.string(), " is named unlike its table ", table->name);
  }
  std::sort(table->rows.begin(), table->rows.end(),
            [](const reference::Row& a, const reference::Row& b) { return a.id < b.id; });
  return std::move(*table);
}

/// Rows of a flat table as text by column name; nulls are left out.
Result<std::vector<std::map<std::string, std::string>>> ReadFlat(const fs::path& folder) {
  std::vector<std::map<std::string, std::string>> rows;
  for (const fs::path& part : PartsOf(folder)) {
    ROOST_ASSIGN(ParquetFile file, ReadParquet(part));
    for (int64_t at = 0; at < file.rows->num_rows(); ++at) {
      auto& row = rows.emplace_back();
      for (const auto& field : file.rows->schema()->fields()) {
        const arrow::Array& array = *file.rows->GetColumnByName(field->name())->chunk(0);
        if (array.IsNull(at)) continue;
        ROOST_ASSIGN(row[field->name()], ValueText(array, at, true));
      }
    }
  }
  return rows;
}

Status ReadLedger(const fs::path& store, StoreContent& content) {
  ROOST_ASSIGN(auto files, ReadFlat(store / "_roost/ledger"));
  std::sort(files.begin(), files.end(), [](auto& a, auto& b) { return a["path"] < b["path"]; });
  for (auto& row : files) {
    content.ledger.push_back({row["path"], row["root_table"], std::stoull(row["first_number"])});
    content.result.files.push_back({row["path"], row["framing"], std::stoull(row["loaded"])});
    content.result.counts.records += std::stoull(row["loaded"]);
  }
  ROOST_ASSIGN(auto rejects, ReadFlat(store / "_roost/quarantine"));
  for (auto& row : rejects) {
    const uint64_t bytes = std::stoull(row["bytes"]);
    if (row.contains("raw") && row["raw"].size() != bytes) {
      return Status::Invalid("a reject of ", bytes, " bytes keeps ", row["raw"].size());
    }
    content.result.rejects.push_back(
        {row["file"], std::stoull(row["offset"]), std::stoull(row["line"]), bytes, row["reason"]});
  }
  std::sort(content.result.rejects.begin(), content.result.rejects.end(), [](auto& a, auto& b) {
    return std::tie(a.file, a.offset) < std::tie(b.file, b.offset);
  });
  content.result.counts.rejects = content.result.rejects.size();
  return Status::OK();
}

/// Repeated keys are counted by what was kept of them.
Status CountRepeats(const reference::Table& table, uint64_t* repeats) {
  for (const reference::Column& column : table.columns) {
    if (column.path != "!extra") continue;
    for (const reference::Row& row : table.rows) {
      const auto value = row.values.find(column.name);
      if (value == row.values.end()) continue;
      ROOST_ASSIGN(reference::Value quoted, ParseJson(value->second));
      ROOST_ASSIGN(reference::Value extra, ParseJson(quoted.text));
      *repeats += extra.items.size();
    }
  }
  return Status::OK();
}

}  // namespace

Result<StoreContent> ReadStore(const std::string& store_dir) {
  StoreContent content;
  for (const auto& entry : fs::directory_iterator(store_dir)) {
    if (entry.path().extension() != ".parquet") continue;
    ROOST_ASSIGN(reference::Table table, ReadTable(entry.path()));
    ROOST_TRY(CountRepeats(table, &content.result.counts.duplicate_keys));
    content.result.tables.push_back(std::move(table));
  }
  std::sort(content.result.tables.begin(), content.result.tables.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  ROOST_TRY(ReadLedger(store_dir, content));
  return content;
}

}  // namespace roost::tests
