#include "relate/table_finder.h"

#include <arrow/api.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "export/catalog.h"
#include "relate/column_feed.h"
#include "store/table_metadata.h"

namespace roost::relate {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kEnding = ".parquet";

std::string WithoutEnding(std::string name) {
  if (name.ends_with(kEnding)) name.resize(name.size() - kEnding.size());
  return name;
}

bool IsHidden(const std::string& name) { return name.empty() || name[0] == '.' || name[0] == '_'; }

Result<std::vector<fs::path>> List(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!IsHidden(entry->path().filename().string())) entries.push_back(entry->path());
  }
  if (error) {
    return Status::IOError("cannot list ", folder.string(), ": ", error.message(),
                           ". Name a folder of Parquet files");
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// Table name -> its files.
Result<std::map<std::string, std::vector<std::string>>> FindFiles(const fs::path& folder) {
  std::map<std::string, std::vector<std::string>> files;
  std::error_code error;
  ROOST_ASSIGN(std::vector<fs::path> entries, List(folder));
  for (const fs::path& entry : entries) {
    std::string table = WithoutEnding(entry.filename().string());
    if (!fs::is_directory(entry, error)) {
      if (entry.extension() == kEnding) files[table].push_back(entry.string());
      continue;
    }
    ROOST_ASSIGN(std::vector<fs::path> parts, List(entry));
    for (const fs::path& part : parts) {
      if (part.extension() == kEnding) files[table].push_back(part.string());
    }
  }
  return files;
}

Status OpenParts(const std::vector<std::string>& paths, Table& table) {
  for (const std::string& path : paths) {
    ROOST_ASSIGN(auto part, exporting::Part::Open(path));
    table.rows += static_cast<uint64_t>(part->rows());
    table.bytes += part->bytes();
    table.parts.push_back(std::move(part));
  }
  return Status::OK();
}

void AddColumn(Database& database, Table& table, const arrow::Field& field) {
  Column& column = database.columns.emplace_back();
  column.id = static_cast<int>(database.columns.size()) - 1;
  column.table = table.id;
  column.position = static_cast<int>(table.columns.size());
  column.name = field.name();
  column.storage = StorageOf(*field.type());
  column.type_name = TypeNameOf(*field.type());
  table.columns.push_back(column.id);
}

/// Takes over what the store's metadata says of the columns added last.
void TakeFacts(const exporting::StoredTable& stored, Database& database, Table& table) {
  const shred::FinalTable& facts = stored.facts.table;
  table.json_path = facts.json_path;
  table.id_name = facts.id_name;
  table.parent_name = facts.parent_name;
  table.index_name = facts.index_name;
  table.parents = facts.parent_names;
  std::unordered_map<std::string_view, const shred::FinalColumn*> by_name;
  for (const shred::FinalColumn& column : facts.columns) by_name[column.name] = &column;
  for (int id : table.columns) {
    Column& column = database.columns[id];
    auto found = by_name.find(column.name);
    if (found == by_name.end()) continue;
    column.type_name = store::TypeName(found->second->type);
    column.json_path = found->second->json_path;
    column.format = store::DescribeFormat(*found->second);
    column.conflict_of = found->second->conflict_of;
    column.of_conflict = !column.conflict_of.empty();
    if (found->second->type == shred::FinalType::kJson) column.storage = Storage::kJson;
  }
}

std::unordered_set<std::string> TechnicalNames(const exporting::StoredTable& stored) {
  const shred::FinalTable& facts = stored.facts.table;
  std::unordered_set<std::string> names = {facts.id_name, facts.parent_name, facts.index_name,
                                           facts.shape_name};
  for (const shred::FinalColumn& column : facts.columns) {
    if (store::IsTechnical(column)) names.insert(column.name);
  }
  return names;
}

Status AddTable(Database& database, const std::string& name, const std::vector<std::string>& paths,
                const exporting::StoredTable* stored) {
  if (paths.empty()) return Status::OK();  // a table that has lost all its rows
  Table table;
  table.id = static_cast<int>(database.tables.size());
  table.name = name;
  ROOST_TRY(OpenParts(paths, table));
  ROOST_ASSIGN(auto schema, table.parts.front()->ReadSchema());
  std::unordered_set<std::string> technical;
  if (stored) technical = TechnicalNames(*stored);
  for (const auto& field : schema->fields()) {
    if (!technical.contains(field->name())) AddColumn(database, table, *field);
  }
  if (stored) TakeFacts(*stored, database, table);
  database.tables.push_back(std::move(table));
  return Status::OK();
}

/// A part from before a column was there lacks it.
Status AddSource(Database& database, const TableSource& source) {
  Table table;
  table.id = static_cast<int>(database.tables.size());
  table.name = source.name;
  ROOST_TRY(OpenParts(source.parts, table));
  std::unordered_map<std::string, std::shared_ptr<arrow::Field>> fields;
  for (const auto& part : table.parts) {
    if (fields.size() == source.columns.size()) break;
    ROOST_ASSIGN(auto schema, part->ReadSchema());
    for (const std::string& column : source.columns) {
      if (auto field = schema->GetFieldByName(column)) fields.emplace(column, std::move(field));
    }
  }
  for (const std::string& column : source.columns) {
    if (auto found = fields.find(column); found != fields.end()) {
      AddColumn(database, table, *found->second);
    }
  }
  database.tables.push_back(std::move(table));
  return Status::OK();
}

Status AddStoredTables(Database& database) {
  ROOST_ASSIGN(exporting::Catalog catalog, exporting::OpenCatalog(database.folder));
  for (const exporting::StoredTable& stored : catalog.tables) {
    ROOST_TRY(AddTable(database, stored.name(), stored.part_paths, &stored));
  }
  return Status::OK();
}

Status AddPlainTables(Database& database) {
  ROOST_ASSIGN(auto files, FindFiles(database.folder));
  for (const auto& [name, paths] : files) {
    ROOST_TRY(AddTable(database, name, paths, nullptr));
  }
  return Status::OK();
}

}  // namespace

Result<Database> OpenTables(std::vector<TableSource> sources) {
  std::sort(sources.begin(), sources.end(),
            [](const TableSource& a, const TableSource& b) { return a.name < b.name; });
  Database database;
  for (const TableSource& source : sources) {
    if (!source.parts.empty()) ROOST_TRY(AddSource(database, source));
  }
  return database;
}

Result<Database> FindTables(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Status::IOError("there is no folder ", folder,
                           ". Name the output folder of `roost ingest`, or one with Parquet files");
  }
  Database database;
  database.folder = fs::canonical(folder, error).string();
  database.is_store = exporting::IsStore(folder);
  ROOST_TRY(database.is_store ? AddStoredTables(database) : AddPlainTables(database));
  if (database.tables.empty()) {
    return Status::Invalid("there are no tables in ", folder,
                           ". Name the output folder of `roost ingest`, or one with Parquet files");
  }
  return database;
}

}  // namespace roost::relate
