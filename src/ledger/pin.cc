#include "ledger/pin.h"

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/ledger.h"

namespace roost::ledger {
namespace {

std::string FolderOf(const std::string& table) {
  return table.starts_with("_roost/") ? table : "delta/" + table;
}

Status TooOld(const std::string& output_dir, int64_t version) {
  return Status::IOError("commit ", version, " of ", output_dir,
                         " cannot be read any more: its logs were cleaned up; take a newer one");
}

Result<int64_t> TransactionIn(const DeltaLog& log, int64_t version) {
  ROOST_ASSIGN(auto commit, log.CommitAt(version));
  if (!commit) return TooOld(log.folder(), version);
  for (const Transaction& transaction : commit->transactions)
    if (transaction.app == kApp) return transaction.version;
  return -1;  // another tool's commit
}

// The version just before the first commit that carries a later transaction.
Result<Snapshot> Cut(const DeltaLog& log, int64_t pinned) {
  const Snapshot& latest = log.snapshot();
  if (latest.TransactionOf(kApp) <= pinned) return latest;
  int64_t first_later = latest.version;
  for (int64_t version = latest.version; version >= 0; --version) {
    ROOST_ASSIGN(int64_t transaction, TransactionIn(log, version));
    if (transaction > pinned) first_later = version;
    if (transaction >= 0 && transaction <= pinned) break;
  }
  if (first_later == 0) return Snapshot();
  return log.At(first_later - 1);
}

Result<std::vector<std::pair<std::string, std::string>>> TablesOf(const std::string& output_dir) {
  std::vector<std::pair<std::string, std::string>> tables;
  ROOST_ASSIGN(auto delta, disk::Examine(output_dir + "/delta"));
  if (delta) {
    ROOST_ASSIGN(auto names, disk::ListFolder(output_dir + "/delta"));
    for (const std::string& name : names) tables.emplace_back(name, "delta/" + name);
  }
  tables.emplace_back("_roost/quarantine", "_roost/quarantine");
  return tables;
}

Result<Snapshot> LedgerAt(const DeltaLog& ledger, int64_t version) {
  if (ledger.snapshot().version == version) return ledger.snapshot();
  return ledger.At(version);
}

Result<Pin> Collect(const std::string& output_dir, const DeltaLog& ledger, int64_t version) {
  Pin pin;
  pin.version = version;
  ROOST_ASSIGN(pin.ledger, LedgerAt(ledger, version));
  ROOST_ASSIGN(auto tables, TablesOf(output_dir));
  for (const auto& [name, folder] : tables) {
    DeltaLog log(output_dir, folder);
    ROOST_ASSIGN(auto exists, disk::Examine(log.log_folder()));
    if (!exists) continue;
    ROOST_TRY(log.Refresh());
    ROOST_ASSIGN(Snapshot snapshot, Cut(log, version));
    if (snapshot.version < 0) continue;
    pin.tables[name] = std::move(snapshot);
    pin.folders[name] = log.folder();
  }
  return pin;
}

Result<Pin> Recorded(const std::string& output_dir, const DeltaLog& ledger, int64_t version,
                     const Entry& next) {
  Pin pin;
  pin.version = version;
  ROOST_ASSIGN(pin.ledger, LedgerAt(ledger, version));
  for (const auto& [name, at] : next.versions) {
    DeltaLog log(output_dir, FolderOf(name));
    ROOST_ASSIGN(pin.tables[name], log.At(at));
    pin.folders[name] = log.folder();
  }
  return pin;
}

Result<bool> IsFinished(const std::string& output_dir, const Entry& entry, int64_t version) {
  if (entry.tables.empty()) return true;
  const std::string& last = entry.tables.back().table;
  DeltaLog log(output_dir, FolderOf(last));
  ROOST_ASSIGN(auto exists, disk::Examine(log.log_folder()));
  if (!exists) return false;
  ROOST_TRY(log.Refresh());
  return log.snapshot().TransactionOf(kApp) >= version;
}

}  // namespace

Result<Pin> PinLatest(const std::string& output_dir) {
  DeltaLog ledger(output_dir, "_roost/ledger");
  ROOST_TRY(ledger.Refresh());
  const int64_t latest = ledger.snapshot().version;
  if (latest < 0) return Status::IOError(output_dir, " is no store: it has no _roost/ledger");
  // Only the last entry may be unfinished; those of other tools count as empty.
  for (int64_t version = latest; version > 0; --version) {
    ROOST_ASSIGN(auto commit, ledger.CommitAt(version));
    if (!commit) break;
    ROOST_ASSIGN(auto entry, EntryOf(*commit, ledger.log_folder() + "/" + CommitName(version)));
    if (!entry) continue;
    ROOST_ASSIGN(bool finished, IsFinished(output_dir, *entry, version));
    return Collect(output_dir, ledger, finished ? latest : version - 1);
  }
  return Collect(output_dir, ledger, latest);
}

Result<Pin> PinAt(const std::string& output_dir, int64_t version) {
  ROOST_ASSIGN(Pin latest, PinLatest(output_dir));
  if (version == latest.version) return latest;
  if (version < 0 || version > latest.version)
    return Status::Invalid(output_dir, " has no finished commit ", version, "; the last is ",
                           latest.version);
  // The next entry says where each table stood before it; else the tables' logs are searched.
  DeltaLog ledger(output_dir, "_roost/ledger");
  ROOST_ASSIGN(auto next, ledger.CommitAt(version + 1));
  if (!next) return TooOld(output_dir, version);
  ROOST_ASSIGN(auto entry, EntryOf(*next, ledger.log_folder() + "/" + CommitName(version + 1)));
  return entry ? Recorded(output_dir, ledger, version, *entry)
               : Collect(output_dir, ledger, version);
}

}  // namespace roost::ledger
