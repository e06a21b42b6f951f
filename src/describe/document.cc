#include <algorithm>
#include <filesystem>

#include "base/disk_entry.h"
#include "describe/parts.h"
#include "export/ledger_reader.h"

namespace roost {

namespace describe {

namespace {

/// Which input files the rows of a table came from: a row's id begins with its file's number.
Status FindFiles(const relate::Database& database, const relate::Crew& crew, Subject& subject) {
  constexpr int kRowBits = 24;
  subject.first_files.resize(database.tables.size());
  subject.last_files.resize(database.tables.size());
  if (!database.is_store) return Status::OK();
  ROOST_ASSIGN(exporting::Catalog catalog, exporting::OpenCatalog(database.folder));
  ROOST_ASSIGN(auto files, exporting::ReadLedger(catalog));
  auto file_of = [&](int64_t id) -> std::string {
    for (const auto& file : files) {
      int64_t number = (id >> kRowBits) - file.first_number;
      if (number >= 0 && number < file.numbers) return file.path;
    }
    return "";
  };
  for (const relate::Table& table : database.tables) {
    if (table.id_name.empty() || table.rows == 0) continue;
    ROOST_ASSIGN(auto kept, relate::ReadColumn(table, table.id_name, false, crew));
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (uint64_t hash : kept.rows) {
      int64_t id = sketch::IntegerOfHash(hash);
      first = std::min(first, id);
      last = std::max(last, id);
    }
    subject.first_files[static_cast<size_t>(table.id)] = file_of(first);
    subject.last_files[static_cast<size_t>(table.id)] = file_of(last);
  }
  return Status::OK();
}

}  // namespace

}  // namespace describe

Result<Documentation> Document(const DescribeOptions& options) {
  RelateOptions relate;
  relate.folder = options.folder;
  relate.config = options.config;
  relate.threads = options.threads;
  relate.memory_bytes = options.memory_bytes;
  relate.should_stop = options.should_stop;
  relate::ValueStore values;
  ROOST_ASSIGN(relate::Analysis analysis, relate::Analyse(relate, values));
  describe::Subject subject{analysis.database, analysis.result, {}, {}};
  ROOST_TRY(describe::FindFiles(analysis.database, values.crew(), subject));
  Documentation documentation;
  documentation.relations_json = RelationsJson(analysis.result);
  documentation.schema_json = describe::SchemaJson(subject);
  documentation.readme = describe::Readme(subject);
  documentation.sql = describe::SqlTables(subject);
  documentation.dbml = describe::Dbml(subject);
  if (options.write_files) {
    auto write = [&](const char* name, const std::string& text) {
      return disk::ReplaceFile((std::filesystem::path(options.folder) / name).string(), text);
    };
    ROOST_TRY(write(kRelationsFile, documentation.relations_json));
    ROOST_TRY(write(kSchemaFile, documentation.schema_json));
    ROOST_TRY(write(kReadmeFile, documentation.readme));
  }
  documentation.relations = std::move(analysis.result);
  return documentation;
}

}  // namespace roost
