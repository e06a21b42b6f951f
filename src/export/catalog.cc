#include "export/catalog.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace roost::exporting {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kEnding = ".parquet";

/// The tables that an ingest of some tables wrote, or nothing.
std::string OnlyTables(const nlohmann::json& format) {
  std::string names;
  const auto account = format.value("account", nlohmann::json::object());
  if (!account.is_object() || !account.contains("only_tables")) return names;
  for (const auto& name : account["only_tables"]) {
    if (name.is_string()) names += (names.empty() ? "" : ", ") + name.get<std::string>();
  }
  return names;
}

/// What format.json says. Refuses what is no store, or one that only a newer roost understands.
Result<nlohmann::json> ReadFormat(const fs::path& store) {
  fs::path file = store / "_roost" / "format.json";
  std::ifstream stream(file);
  if (!stream) {
    return Status::Invalid(store.string(), " is no roost store: it has no _roost/format.json. ",
                           "Name the --output-dir of a finished `roost ingest`");
  }
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  auto json = nlohmann::json::parse(text, nullptr, false);
  bool is_ours = json.is_object() && json.contains("format") && json["format"] == "roost" &&
                 json.contains("version") && json["version"].is_number_integer();
  if (!is_ours) {
    return Status::Invalid(file.string(), " does not say {\"format\":\"roost\",\"version\":1}; ",
                           "the store is damaged: ingest again");
  }
  if (json["version"] != 1) {
    return Status::Invalid(store.string(), " has format version ", json["version"].dump(),
                           "; this roost reads version 1: use the roost that wrote it");
  }
  return json;
}

bool IsBelow(const fs::path& path, const fs::path& folder) {
  auto [rest, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end();
}

Result<StoredTable> OpenTable(const std::string& store_dir, const std::string& folder) {
  StoredTable table;
  ROOST_ASSIGN(table.part_paths, ListParts(store_dir, folder));
  if (table.part_paths.empty()) return table;
  ROOST_ASSIGN(auto part, Part::Open(table.part_paths.front()));
  auto text = part->Metadata("roost");
  if (!text) {
    return part->Blame(Status::Invalid("its footer has no metadata `roost`"));
  }
  auto facts = ParseTableFacts(*text);
  if (!facts.ok()) return part->Blame(facts.status());
  table.facts = std::move(facts).ValueUnsafe();
  return table;
}

}  // namespace

const StoredTable* Catalog::Find(std::string_view identity) const {
  for (const StoredTable& table : tables) {
    if (table.identity() == identity) return &table;
  }
  return nullptr;
}

Status Catalog::RefuseInside(const std::string& path) const {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error || !IsBelow(real, store_dir)) return Status::OK();
  return Status::Invalid(path, " lies in the store ", store_dir, "; write somewhere else");
}

Result<Catalog> OpenCatalog(const std::string& store_dir) {
  std::error_code error;
  fs::path store = fs::canonical(store_dir.empty() ? "." : store_dir, error);
  if (error || !fs::is_directory(store, error)) {
    return Status::IOError("there is no folder ", store_dir,
                           ". Name the --output-dir of a finished `roost ingest`");
  }
  ROOST_ASSIGN(auto format, ReadFormat(store));
  Catalog catalog{.store_dir = store.string(), .tables = {}, .only_tables = OnlyTables(format)};
  for (fs::directory_iterator entry(store, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != kEnding) continue;
    ROOST_ASSIGN(StoredTable table, OpenTable(catalog.store_dir, entry->path().string()));
    if (!table.part_paths.empty()) catalog.tables.push_back(std::move(table));
  }
  if (error) return Status::IOError("cannot list ", store.string(), ": ", error.message());
  std::ranges::sort(catalog.tables, {}, &StoredTable::name);
  return catalog;
}

Result<std::vector<std::shared_ptr<const Part>>> OpenParts(const StoredTable& table) {
  std::vector<std::shared_ptr<const Part>> parts;
  for (const std::string& path : table.part_paths) {
    ROOST_ASSIGN(auto part, Part::Open(path));
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<std::vector<std::string>> ListParts(const std::string& store_dir,
                                           const std::string& folder) {
  std::vector<std::string> parts;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return parts;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() != kEnding || path.filename().string().front() == '.') continue;
    fs::path real = fs::canonical(path, error);
    if (error) break;
    if (!IsBelow(real, store_dir)) {
      return Status::Invalid(path.string(), " leads out of the store, to ", real.string(),
                             "; remove it: roost reads no foreign files as its own");
    }
    parts.push_back(path.string());
  }
  if (error) return Status::IOError("cannot list ", folder, ": ", error.message());
  std::ranges::sort(parts);
  return parts;
}

}  // namespace roost::exporting
