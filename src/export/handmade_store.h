// Makes small stores for tests, column by column, by the rule book and not by roost's own writer.
//
// Each lives in a folder of its own below the system's temporary folder and goes with the object.
// What fails ends the test program.
#pragma once

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/json/from_string.h>
#include <parquet/arrow/writer.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace roost::exporting {

/// One column: its values as a JSON array.
struct HandmadeColumn {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string values;
};

struct HandmadePart {
  std::string table;  // _roost/ledger for the ledger
  std::vector<HandmadeColumn> columns;
  std::string facts;   // of footer and log, without version and table
  std::string shapes;  // the footer's `roost.shapes`; empty: none
  int64_t row_group_rows = 1 << 20;
};

class HandmadeStore {
 public:
  HandmadeStore() {
    std::string pattern = (std::filesystem::temp_directory_path() / "handmade-XXXXXX").string();
    Ensure(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    AddCommit("_roost/ledger", R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
                               "\n" +
                                   MetaData("ledger", {}, ""));
  }
  HandmadeStore(const HandmadeStore&) = delete;
  HandmadeStore& operator=(const HandmadeStore&) = delete;
  ~HandmadeStore() { std::filesystem::remove_all(folder_); }

  /// The store; beside it is room for other things.
  std::string path() const { return folder_ / "store"; }
  std::string Beside(const std::string& name) const { return folder_ / name; }

  void WriteText(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string ReadText(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    if (!stream) return "(no file " + name + ")";
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  /// Adds a part to the folder of its table. Parts are named in the order in which they come.
  void Add(const HandmadePart& part) {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const HandmadeColumn& column : part.columns) {
      fields.push_back(arrow::field(column.name, column.type));
      auto array = arrow::json::ArrayFromJSONString(column.type, column.values);
      Ensure(array.ok());
      arrays.push_back(*array);
    }
    auto table = arrow::Table::Make(arrow::schema(fields), arrays);
    const std::string folder = FolderOf(part.table);
    std::filesystem::create_directories(folder_ / "store" / folder);
    const std::string name = "part-" + std::to_string(10000 + part_count_++) + ".parquet";
    const auto file = folder_ / "store" / folder / name;
    Write(*table, file, Metadata(part), part.row_group_rows);
    AddCommit(folder, MetaData(part.table, fields, FactsOf(part)) + "\n" + R"({"add":{"path":")" +
                          name + R"(","partitionValues":{},"size":)" +
                          std::to_string(std::filesystem::file_size(file)) +
                          R"(,"modificationTime":1,"dataChange":true,"tags":{"roost.columns":")" +
                          std::to_string(fields.size()) + R"("}}})");
  }
  /// A commit of the log in `folder` that says `actions`.
  void AddCommit(const std::string& folder, const std::string& actions) {
    char name[32];
    std::snprintf(name, sizeof name, "%020d.json", commits_[folder]++);
    WriteText("store/" + folder + "/_delta_log/" + name, actions + "\n");
  }

  /// One row a file, numbered by its place, of one file number each.
  void AddLedger(const std::string& root, const std::vector<std::string>& paths,
                 const std::string& framing, int64_t records) {
    std::vector<std::string> names, numbers;
    for (const std::string& path : paths) {
      names.push_back(Quoted(path));
      numbers.push_back(std::to_string(numbers.size() + 1));
    }
    const auto same = [&](const std::string& item) {
      return JsonList(std::vector<std::string>(paths.size(), item));
    };
    auto text = arrow::utf8(), number = arrow::int64();
    Add({.table = "_roost/ledger",
         .columns = {{"path", text, JsonList(names)},
                     {"decoded_bytes", number, same("100")},
                     {"compression", text, same("\"none\"")},
                     {"framing", text, same(Quoted(framing))},
                     {"root_table", text, same(Quoted(root))},
                     {"fault", text, same("null")},
                     {"first_number", number, JsonList(numbers)},
                     {"numbers", number, same("1")},
                     {"loaded", number, same(std::to_string(records))},
                     {"replaces", number, same("null")}},
         .facts = "",
         .shapes = ""});
  }

 private:
  static void Ensure(bool condition) {
    if (!condition) std::abort();
  }
  static std::string Quoted(const std::string& text) {
    std::string quoted(1, '"');
    return quoted.append(text).append(1, '"');
  }
  static std::string JsonList(const std::vector<std::string>& items) {
    std::string list(1, '[');
    for (const std::string& item : items) {
      if (list.size() > 1) list += ',';
      list += item;
    }
    list += ']';
    return list;
  }
  static std::string FolderOf(const std::string& table) {
    return table.starts_with("_roost/") ? table : "delta/" + table;
  }
  static std::string FactsOf(const HandmadePart& part) {
    if (part.facts.empty()) return "";
    return R"({"version":1,"table":")" + part.table + "\"," + part.facts + "}";
  }
  static std::string DeltaType(const arrow::DataType& type) {
    static const std::map<arrow::Type::type, std::string> kTypes = {
        {arrow::Type::INT64, "long"},          {arrow::Type::DOUBLE, "double"},
        {arrow::Type::BOOL, "boolean"},        {arrow::Type::DATE32, "date"},
        {arrow::Type::TIMESTAMP, "timestamp"}, {arrow::Type::DECIMAL128, "decimal(38,0)"}};
    auto found = kTypes.find(type.id());
    return found == kTypes.end() ? "string" : found->second;
  }
  static std::string MetaData(const std::string& table, const arrow::FieldVector& fields,
                              const std::string& facts) {
    nlohmann::json schema = {{"type", "struct"}, {"fields", nlohmann::json::array()}};
    for (const auto& field : fields) {
      nlohmann::json type = DeltaType(*field->type());
      if (field->type()->id() == arrow::Type::LIST)
        type = {{"type", "array"}, {"elementType", "string"}, {"containsNull", true}};
      schema["fields"].push_back({{"name", field->name()},
                                  {"type", type},
                                  {"nullable", true},
                                  {"metadata", nlohmann::json::object()}});
    }
    nlohmann::json data = {{"id", "id-of-" + table},
                           {"name", table},
                           {"format", {{"provider", "parquet"}}},
                           {"schemaString", schema.dump()},
                           {"partitionColumns", nlohmann::json::array()},
                           {"configuration", nlohmann::json::object()},
                           {"createdTime", 1}};
    if (!facts.empty()) data["configuration"]["roost.table"] = facts;
    return nlohmann::json{{"metaData", data}}.dump();
  }
  static std::shared_ptr<arrow::KeyValueMetadata> Metadata(const HandmadePart& part) {
    auto metadata = std::make_shared<arrow::KeyValueMetadata>();
    if (!part.facts.empty()) metadata->Append("roost", FactsOf(part));
    if (!part.shapes.empty()) metadata->Append("roost.shapes", part.shapes);
    return metadata;
  }
  static void Write(const arrow::Table& table, const std::string& path,
                    const std::shared_ptr<arrow::KeyValueMetadata>& metadata, int64_t rows) {
    auto sink = arrow::io::FileOutputStream::Open(path).ValueOrDie();
    auto writer =
        parquet::arrow::FileWriter::Open(*table.schema(), arrow::default_memory_pool(), sink)
            .ValueOrDie();
    Ensure(writer->WriteTable(table, rows).ok());
    Ensure(writer->AddKeyValueMetadata(metadata).ok());
    Ensure(writer->Close().ok() && sink->Close().ok());
  }

  std::filesystem::path folder_;
  int part_count_ = 0;
  std::map<std::string, int> commits_;  // by folder
};

}  // namespace roost::exporting
