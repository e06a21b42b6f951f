#include "ledger/views.h"

#include <charconv>
#include <optional>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/file_lock.h"
#include "ledger/delta_json.h"
#include "ledger/schema_part.h"

namespace roost::ledger {
namespace {

std::string ViewsFolder(const std::string& table) { return "_roost/views/" + table; }

int64_t VersionIn(std::string_view name) {
  int64_t version = -1;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
  return error == std::errc() && end == name.data() + name.size() ? version : -1;
}

enum class Built { kDone, kPartIsGone };

// Sorts before all parts, so that readers that take the schema of the first file see all columns.
std::string SchemaPartName(int64_t version) {
  return "part-" + std::string(32, '0') + "-schema-" + std::to_string(version) + ".parquet";
}

Result<Built> LinkParts(const Snapshot& snapshot, const std::string& table_folder,
                        const std::string& to) {
  ROOST_ASSIGN(bool uneven, LacksColumns(snapshot));
  if (uneven) ROOST_TRY(WriteSchemaPart(snapshot, to + "/" + SchemaPartName(snapshot.version)));
  for (const auto& [path, part] : snapshot.live) {
    const std::string name = DecodePath(path);
    // A foreign part may lie in a folder of its own.
    std::string flat = name;
    for (char& c : flat)
      if (c == '/') c = '_';
    ROOST_ASSIGN(auto outcome, disk::Link(table_folder + "/" + name, to + "/" + flat));
    if (outcome == disk::LinkOutcome::kMissing) return Built::kPartIsGone;
    if (outcome == disk::LinkOutcome::kTaken)
      return Status::IOError("two parts of ", table_folder, " would have the name ", flat,
                             " in its view; rename one with the tool that wrote it");
  }
  return Built::kDone;
}

Result<Built> BuildView(const std::string& folder, const DeltaLog& log, const NextName& next_name) {
  const std::string wanted = folder + "/" + std::to_string(log.snapshot().version);
  ROOST_ASSIGN(auto there, disk::Examine(wanted));
  if (there) {  // its name may not be durable yet: who acts on it makes it so
    ROOST_TRY(disk::SyncFolder(folder));
    return Built::kDone;
  }
  const std::string own = folder + "/.tmp-" + next_name();
  ROOST_TRY(disk::MakeFolder(own));
  ROOST_ASSIGN(Built built, LinkParts(log.snapshot(), log.folder(), own));
  if (built == Built::kPartIsGone) {
    ROOST_TRY(disk::RemoveTree(own));
    return built;
  }
  ROOST_TRY(disk::SyncFolder(own));
  ROOST_ASSIGN(bool named, disk::RenameFolderIfAbsent(own, wanted));
  if (!named) ROOST_TRY(disk::RemoveTree(own));
  ROOST_TRY(disk::SyncFolder(folder));
  return Built::kDone;
}

// Under the lock: another may have gone further meanwhile, or removed the folder as old.
Result<bool> SwapLink(const std::string& top, const std::string& table, int64_t version,
                      const NextName& next_name) {
  ROOST_ASSIGN(int64_t current, ViewVersion(top, table));
  if (current >= version) return false;
  const std::string target = ViewsFolder(table) + "/" + std::to_string(version);
  ROOST_ASSIGN(auto there, disk::Examine(top + "/" + target));
  if (!there) return false;
  const std::string own = top + "/.link-" + next_name();
  ROOST_TRY(disk::MakeSymlink(target, own));
  ROOST_TRY(disk::Rename(own, top + "/" + table + ".parquet"));
  return true;
}

}  // namespace

Result<int64_t> ViewVersion(const std::string& top, const std::string& table) {
  ROOST_ASSIGN(auto target, disk::ReadSymlink(top + "/" + table + ".parquet"));
  if (!target) return -1;
  ROOST_ASSIGN(auto folder, disk::Examine(top + "/" + table + ".parquet"));
  if (!folder) return -1;  // somebody removed it: made again
  return VersionIn(std::string_view(*target).substr(target->rfind('/') + 1));
}

Result<bool> FreshenView(const std::string& top, const std::string& table, DeltaLog& log,
                         const NextName& next_name) {
  const std::string folder = top + "/" + ViewsFolder(table);
  bool swapped = false, has_folder = false;
  for (;;) {
    ROOST_TRY(log.Refresh());
    const int64_t version = log.snapshot().version;
    ROOST_ASSIGN(int64_t current, ViewVersion(top, table));
    if (version < 0 || current >= version) return swapped;
    // A link that is there says that the folders above its target are durable.
    if (current < 0 && !std::exchange(has_folder, true)) ROOST_TRY(disk::MakeFolders(top, folder));
    ROOST_ASSIGN(Built built, BuildView(folder, log, next_name));
    if (built == Built::kPartIsGone) {
      ROOST_TRY(log.Refresh());
      if (log.snapshot().version > version) continue;
      return Status::IOError(log.folder(), " lacks a part that its log names at version ", version,
                             "; restore the file, or remove it from the table with a Delta tool");
    }
    ROOST_ASSIGN(auto lock,
                 disk::FileLock::TryLock(folder + "/.lock", disk::FileLock::Missing::kCreate));
    if (!lock) return swapped;  // its holder looks again when it has let go
    ROOST_ASSIGN(bool mine, SwapLink(top, table, version, next_name));
    swapped |= mine;
  }
}

Result<int64_t> RemoveOldViews(const std::string& top, const std::string& table,
                               int64_t before_ms) {
  const std::string folder = top + "/" + ViewsFolder(table);
  ROOST_ASSIGN(int64_t current, ViewVersion(top, table));
  if (current < 0) return 0;
  ROOST_ASSIGN(auto names, disk::ListFolder(folder));
  int64_t removed = 0;
  bool is_link_durable = false;  // else a power cut could lead it back to what is removed here
  for (const std::string& name : names) {
    const int64_t version = VersionIn(name);
    if (version < 0 || version >= current) continue;
    ROOST_ASSIGN(auto facts, disk::Examine(folder + "/" + name));
    if (!facts || facts->modified_ns / 1'000'000 >= before_ms) continue;
    if (!std::exchange(is_link_durable, true)) ROOST_TRY(disk::SyncFolder(top));
    Status gone = disk::RemoveTree(folder + "/" + name);
    ROOST_ASSIGN(auto still, disk::Examine(folder + "/" + name));
    if (still) ROOST_TRY(gone);  // else another was as quick
    ++removed;
  }
  return removed;
}

}  // namespace roost::ledger
