#include "export/catalog.h"

#include <algorithm>
#include <filesystem>

#include "ledger/delta_json.h"
#include "ledger/pin.h"
#include "ledger/schema_part.h"
#include "store/schema_history.h"
#include "store/table_change.h"

namespace roost::exporting {

namespace {

namespace fs = std::filesystem;
constexpr const char* kLedger = "_roost/ledger";
constexpr const char* kQuarantine = "_roost/quarantine";

Status CheckIsStore(const fs::path& store) {
  if (IsStore(store.string())) return Status::OK();
  std::error_code error;
  if (fs::exists(store / "_roost" / "format.json", error))
    return Status::Invalid(store.string(),
                           " was written by an early roost, whose stores this one does not read: "
                           "ingest the files again, with --overwrite");
  return Status::Invalid(store.string(), " is no roost store: it has no _roost/ledger. ",
                         "Name the --output-dir of a finished `roost ingest`");
}

bool IsBelow(const fs::path& path, const fs::path& folder) {
  auto [rest, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end();
}

/// Where the live parts are, each really in the store.
Result<std::vector<std::string>> PathsOf(const std::string& store_dir, const std::string& folder,
                                         const ledger::Snapshot& table) {
  std::vector<std::string> paths;
  for (const auto& [path, part] : table.live) {
    std::string name = folder + "/" + ledger::DecodePath(path);
    std::error_code error;
    fs::path real = fs::canonical(name, error);
    if (!error && !IsBelow(real, store_dir))
      return Status::Invalid(name, " leads out of the store, to ", real.string(),
                             "; remove it: roost reads no foreign files as its own");
    paths.push_back(std::move(name));
  }
  std::ranges::sort(paths);
  return paths;
}

/// Adds a table that roost made; those of other tools are theirs.
Status AddTable(const ledger::Pin& pin, const std::string& name, Catalog& catalog) {
  const ledger::Snapshot& snapshot = pin.tables.at(name);
  auto facts = store::FactsOf(snapshot);
  if (!facts.ok())
    return facts.status().WithMessage("the log of table ", name, " in ", catalog.store_dir, ": ",
                                      facts.status().message());
  if (!*facts) return Status::OK();
  StoredTable table{
      .facts = std::move(**facts), .part_paths = {}, .is_uneven = false, .history = ""};
  ROOST_ASSIGN(table.part_paths, PathsOf(catalog.store_dir, pin.folders.at(name), snapshot));
  ROOST_ASSIGN(table.is_uneven, ledger::LacksColumns(snapshot));
  const auto& properties = snapshot.metadata.configuration;
  if (auto partial = properties.find(store::kPartialProperty); partial != properties.end())
    catalog.only_tables = partial->second;
  if (auto history = properties.find(store::kHistoryProperty); history != properties.end())
    table.history = history->second;
  if (!table.part_paths.empty()) catalog.tables.push_back(std::move(table));
  return Status::OK();
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
  ROOST_TRY(CheckIsStore(store));
  Catalog catalog;
  catalog.store_dir = store.string();
  ROOST_ASSIGN(ledger::Pin pin, ledger::PinLatest(catalog.store_dir));
  catalog.version = pin.version;
  for (const auto& [name, snapshot] : pin.tables)
    if (!name.starts_with("_roost/")) ROOST_TRY(AddTable(pin, name, catalog));
  ROOST_ASSIGN(catalog.ledger_parts,
               PathsOf(catalog.store_dir, catalog.store_dir + "/" + kLedger, pin.ledger));
  if (auto found = pin.tables.find(kQuarantine); found != pin.tables.end()) {
    ROOST_ASSIGN(catalog.quarantine_parts,
                 PathsOf(catalog.store_dir, pin.folders[kQuarantine], found->second));
  }
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

bool IsStore(const std::string& folder) {
  std::error_code error;
  return fs::is_directory(fs::path(folder) / kLedger / "_delta_log", error);
}

}  // namespace roost::exporting
