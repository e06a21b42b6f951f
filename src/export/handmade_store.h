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

#include <filesystem>
#include <fstream>
#include <memory>
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
  std::string table;  // its folder is <table>.parquet; _roost/ledger for the ledger
  std::vector<HandmadeColumn> columns;
  std::string facts;   // the footer's `roost`, without version and table
  std::string shapes;  // the footer's `roost.shapes`; empty: none
  int64_t row_group_rows = 1 << 20;
};

class HandmadeStore {
 public:
  HandmadeStore() {
    std::string pattern = (std::filesystem::temp_directory_path() / "handmade-XXXXXX").string();
    Ensure(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    WriteText("store/_roost/format.json", R"({"format":"roost","version":1})");
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
    auto folder = folder_ / "store" / (part.table + ".parquet");
    if (part.table.starts_with("_roost/")) folder = folder_ / "store" / part.table;
    std::filesystem::create_directories(folder);
    auto file = folder / ("part-" + std::to_string(10000 + part_count_++) + ".parquet");
    Write(*table, file, Metadata(part), part.row_group_rows);
  }

  /// One row a file, numbered by its place, of one file number each.
  void AddLedger(const std::string& root, const std::vector<std::string>& paths,
                 const std::string& framing, int64_t records) {
    std::string names, roots, framings, numbers, ones, counts, bytes;
    for (size_t i = 0; i < paths.size(); ++i) {
      std::string comma = i == 0 ? "" : ",";
      names += comma + "\"" + paths[i] + "\"";
      roots += comma + "\"" + root + "\"";
      framings += comma + "\"" + framing + "\"";
      numbers += comma + std::to_string(i + 1);
      ones += comma + "1";
      counts += comma + std::to_string(records);
      bytes += comma + "100";
    }
    auto text = arrow::utf8();
    auto number = arrow::int64();
    Add({.table = "_roost/ledger",
         .columns = {{"path", text, "[" + names + "]"},
                     {"decoded_bytes", number, "[" + bytes + "]"},
                     {"compression", text, "[" + Repeat("\"none\"", paths.size()) + "]"},
                     {"framing", text, "[" + framings + "]"},
                     {"root_table", text, "[" + roots + "]"},
                     {"fault", text, "[" + Repeat("null", paths.size()) + "]"},
                     {"first_number", number, "[" + numbers + "]"},
                     {"numbers", number, "[" + ones + "]"},
                     {"loaded", number, "[" + counts + "]"}},
         .facts = "",
         .shapes = ""});
  }

 private:
  static void Ensure(bool condition) {
    if (!condition) std::abort();
  }
  static std::string Repeat(const std::string& text, size_t count) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + text;
    return all;
  }
  static std::shared_ptr<arrow::KeyValueMetadata> Metadata(const HandmadePart& part) {
    auto metadata = std::make_shared<arrow::KeyValueMetadata>();
    std::string head = R"({"version":1,"table":")" + part.table + "\",";
    if (!part.facts.empty()) metadata->Append("roost", head + part.facts + "}");
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
};

}  // namespace roost::exporting
