#include "ledger/ledger.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/delta_json.h"
#include "ledger/numbers.h"
#include "ledger/part_rewriter.h"
#include "ledger/views.h"

namespace roost::ledger {
namespace {

constexpr const char* kLedgerTable = "_roost/ledger";
constexpr const char* kQuarantineTable = "_roost/quarantine";

int64_t ClockMilliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string FolderOf(const std::string& table) {
  return table.starts_with("_roost/") ? table : "delta/" + table;
}

Status CheckName(const std::string& table) {
  const bool fits = !table.empty() && table[0] != '.' &&
                    (table == kQuarantineTable || table.find('/') == std::string::npos);
  return fits ? Status::OK() : Status::Invalid("'", table, "' cannot be the name of a table");
}

LedgerOptions Completed(LedgerOptions options) {
  if (!options.now_ms) options.now_ms = ClockMilliseconds;
  if (!options.rewrite_parts) options.rewrite_parts = RewriteForeignParts;
  return options;
}

}  // namespace

Ledger::Ledger(LedgerOptions options, Writer writer, Takes takes)
    : options_(Completed(std::move(options))),
      writer_(std::move(writer)),
      takes_(std::move(takes)),
      log_(options_.output_dir, kLedgerTable) {}

Result<std::unique_ptr<Ledger>> Ledger::Open(LedgerOptions options) {
  ROOST_ASSIGN(Writer writer, Writer::Start(options.output_dir));
  ROOST_ASSIGN(Takes takes, Takes::Open(options.output_dir));
  std::unique_ptr<Ledger> ledger(
      new Ledger(std::move(options), std::move(writer), std::move(takes)));
  ROOST_TRY(ledger->Create());
  ROOST_TRY(ledger->CatchUp(ledger->recovery_));
  ROOST_TRY(ledger->SweepWriters({}, ledger->recovery_));
  return ledger;
}

Status Ledger::Close() { return writer_.End(); }

// Version 0 says only what the ledger is.
Status Ledger::Create() {
  auto take = [&](int64_t version, const struct Commit& commit) {
    return TakeEntry(version, commit);
  };
  ROOST_TRY(log_.Refresh(take));
  if (log_.snapshot().version < 0) {
    struct Commit first;
    const int64_t now = options_.now_ms();
    first.info = "{\"timestamp\":" + std::to_string(now) + ",\"operation\":\"CREATE TABLE\"}";
    first.protocol = ProtocolFor(options_.columns);
    first.metadata =
        Metadata{NewTableId(), "ledger", "", WriteSchema(options_.columns), {}, {}, now};
    ROOST_ASSIGN(bool won, log_.Put(first, writer_.name()));
    if (!won) ROOST_TRY(log_.Refresh(take));
  }
  ROOST_TRY(FillGap(log_.checkpoint_version()));
  return FindLastEntry();
}

Status Ledger::TakeEntry(int64_t version, const struct Commit& commit) {
  ROOST_ASSIGN(auto entry, EntryOf(commit, log_.log_folder() + "/" + CommitName(version)));
  if (!entry) return Status::OK();
  takes_.Add(version, std::exchange(entry->takes, {}));
  if (entry->takes_file) takes_.Add(version, *entry->takes_file);
  if (version <= last_version_) return Status::OK();
  last_ = std::move(*entry);
  last_version_ = version;
  return Status::OK();
}

// Entries inside the log's checkpoint whose takes are in no run yet.
Status Ledger::FillGap(int64_t last) {
  for (int64_t version = takes_.covered() + 1; version <= last; ++version) {
    ROOST_ASSIGN(auto commit, log_.CommitAt(version));
    if (!commit)
      return Status::IOError(log_.log_folder(), " lacks version ", version,
                             ", whose files are not in _roost/takes; restore what was removed");
    ROOST_TRY(TakeEntry(version, *commit));
  }
  return Status::OK();
}

// Where the whole tail lies in the checkpoint. Entries of other tools count as empty.
Status Ledger::FindLastEntry() {
  for (int64_t version = log_.snapshot().version; version > std::max<int64_t>(last_version_, 0);
       --version) {
    ROOST_ASSIGN(auto commit, log_.CommitAt(version));
    if (!commit) return Status::OK();  // cleaned up, which only finished ones are
    ROOST_TRY(TakeEntry(version, *commit));
  }
  return Status::OK();
}

Status Ledger::CatchUp(Tidied& tidied) {
  ROOST_TRY(log_.Refresh(
      [&](int64_t version, const struct Commit& commit) { return TakeEntry(version, commit); }));
  ROOST_TRY(FinishLast(tidied));
  return Freshen(tidied);
}

Result<int64_t> Ledger::Refresh() {
  Tidied done;
  ROOST_TRY(CatchUp(done));
  return log_.snapshot().version;
}

DeltaLog& Ledger::LogOf(const std::string& table) {
  return tables_.try_emplace(table, options_.output_dir, FolderOf(table)).first->second;
}

Status Ledger::FindTables() {
  ROOST_ASSIGN(auto delta, disk::Examine(options_.output_dir + "/delta"));
  if (delta) {
    ROOST_ASSIGN(auto names, disk::ListFolder(options_.output_dir + "/delta"));
    for (const std::string& name : names)
      if (CheckName(name).ok()) LogOf(name);
  }
  ROOST_ASSIGN(auto quarantine, disk::Examine(TableFolder(kQuarantineTable)));
  if (quarantine) LogOf(kQuarantineTable);
  return Status::OK();
}

std::vector<std::string> Ledger::Tables() const {
  std::vector<std::string> names;
  for (const auto& [name, log] : tables_)
    if (log.snapshot().version >= 0) names.push_back(name);
  return names;
}

const Snapshot& Ledger::Table(const std::string& table) { return LogOf(table).snapshot(); }

std::string Ledger::TableFolder(const std::string& table) const {
  return options_.output_dir + "/" + FolderOf(table);
}

Status Ledger::MakeTableFolder(const std::string& table) {
  ROOST_TRY(CheckName(table));
  if (Table(table).version >= 0) return Status::OK();  // a log that is durable is in one
  return disk::MakeFolders(options_.output_dir, TableFolder(table));
}

Result<uint64_t> Ledger::ReserveNumbers(uint64_t count) {
  return ledger::ReserveNumbers(options_.output_dir, count, writer_.name());
}

// What the caller leaves to us: the order of the tables, ids, where each table stood before.
Status Ledger::Prepare(Entry& entry) {
  entry.writer = writer_.name();
  std::sort(entry.tables.begin(), entry.tables.end(),
            [](const TableChange& a, const TableChange& b) { return a.table < b.table; });
  for (size_t i = 0; i < entry.tables.size(); ++i) {
    TableChange& change = entry.tables[i];
    ROOST_TRY(CheckName(change.table));
    if (i > 0 && entry.tables[i - 1].table == change.table)
      return Status::Invalid("a commit names the table ", change.table, " twice");
    const Snapshot& table = LogOf(change.table).snapshot();
    if (table.version < 0 && !change.schema)
      return Status::Invalid("a commit adds to ", change.table, ", which has no columns yet");
    if (!change.schema) continue;
    change.schema->id = table.version < 0 ? NewTableId() : table.metadata.id;
    // What a change does not speak of stays.
    const Texts& properties = table.metadata.configuration;
    change.schema->properties.insert(properties.begin(), properties.end());
  }
  for (const auto& [name, log] : tables_)
    if (log.snapshot().version >= 0) entry.versions[name] = log.snapshot().version;
  return Status::OK();
}

// Many at once: a disk needs little more time for many syncs than for one.
Status Ledger::SyncParts(const Entry& entry) const {
  std::vector<std::string> files, folders;
  auto collect = [&](const std::string& folder, const std::vector<Part>& parts) {
    for (const Part& part : parts) files.push_back(folder + "/" + DecodePath(part.path));
    if (!parts.empty()) folders.push_back(folder);
  };
  for (const TableChange& change : entry.tables) collect(TableFolder(change.table), change.added);
  collect(log_.folder(), entry.ledger_parts);
  std::vector<Status> states(files.size() + folders.size());
  std::atomic<size_t> next{0};
  auto sync_one = [&](size_t i) -> Status {
    if (i >= files.size()) return disk::SyncFolder(folders[i - files.size()]);
    ROOST_ASSIGN(auto file, disk::File::OpenForUpdate(files[i]));
    ROOST_TRY(file.Sync());
    return file.Close();
  };
  auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < states.size();) states[i] = sync_one(i);
  };
  constexpr size_t kThreads = 8;
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min(kThreads, states.size() / 2); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  for (const Status& state : states) ROOST_TRY(state);
  return Status::OK();
}

Result<bool> Ledger::Commit(Entry& entry) {
  ROOST_TRY(Prepare(entry));
  std::vector<Take> takes = std::exchange(entry.takes, {});
  if (entry.many_takes) {
    ROOST_ASSIGN(entry.takes_file,
                 takes_.WriteFile(version() + 1, *entry.many_takes, writer_.name()));
  } else if (takes.size() > options_.inline_takes) {
    ROOST_ASSIGN(entry.takes_file, takes_.WriteFile(version() + 1, takes, writer_.name()));
  } else {
    entry.takes = takes;
  }
  ROOST_TRY(SyncParts(entry));
  const struct Commit commit = CommitOf(entry, options_.now_ms());
  ROOST_ASSIGN(bool won, log_.Put(commit, writer_.name()));
  entry.takes.clear();
  const auto file = std::exchange(entry.takes_file, {});
  if (!won) {
    if (file) ROOST_TRY(takes_.DropFile(*file));
    entry.takes = std::move(takes);
    return false;
  }
  if (file) takes.clear();
  entry.many_takes.reset();
  last_version_ = log_.snapshot().version;
  takes_.Add(last_version_, std::move(takes));
  if (file) takes_.Add(last_version_, *file);
  last_ = entry;
  Tidied done;
  ROOST_TRY(FinishLast(done));
  ROOST_TRY(Freshen(done));
  return true;
}

Status Ledger::DropParts(const Entry& entry) {
  auto drop = [](const std::string& folder, const std::vector<Part>& parts) {
    for (const Part& part : parts)
      ROOST_TRY(disk::RemoveIfThere(folder + "/" + DecodePath(part.path)).status());
    return Status::OK();
  };
  for (const TableChange& change : entry.tables)
    ROOST_TRY(drop(TableFolder(change.table), change.added));
  return drop(log_.folder(), entry.ledger_parts);
}

}  // namespace roost::ledger
