// How an entry of the ledger becomes a commit of each table it names. Every step may be done by
// several processes at once, and again after a crash: each looks for the transaction first, and
// puts only on top of the version in which it saw none.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/disk.h"
#include "base/json_text.h"
#include "ledger/ledger.h"
#include "ledger/views.h"

namespace roost::ledger {

// All earlier entries are finished, since nobody puts one before. Tables are committed in the
// entry's order: if the last one carries the transaction, all do.
Status Ledger::FinishLast(Tidied& tidied) {
  if (!last_ || finished_version_ == last_version_) return Status::OK();
  const auto& changes = last_->tables;
  if (!changes.empty()) {
    DeltaLog& log = LogOf(changes.back().table);
    ROOST_TRY(log.Refresh());
    if (log.snapshot().TransactionOf(kApp) < last_version_) {
      for (const TableChange& change : changes) {
        ROOST_ASSIGN(bool did, FinishTable(change, last_version_));
        tidied.finished += did;
      }
    }
  }
  finished_version_ = last_version_;
  return Status::OK();
}

Result<bool> Ledger::FinishTable(const TableChange& change, int64_t version) {
  DeltaLog& log = LogOf(change.table);
  for (;;) {
    ROOST_TRY(log.Refresh());
    if (log.snapshot().TransactionOf(kApp) >= version) return false;
    ROOST_ASSIGN(auto commit, CommitFor(change, version, log.snapshot()));
    if (!commit) continue;
    ROOST_ASSIGN(bool won, log.Put(*commit, writer_.name()));
    if (won) return true;
  }
}

// Nothing if a part to be rewritten is gone: the log must have moved on.
Result<std::optional<struct Commit>> Ledger::CommitFor(const TableChange& change, int64_t version,
                                                       const Snapshot& table) {
  struct Commit commit;
  const int64_t now = options_.now_ms();
  commit.info = "{\"timestamp\":" + std::to_string(now) + ",\"operation\":";
  AppendJsonString(commit.info, last_->operation);
  commit.info += ",\"operationParameters\":{},\"engineInfo\":\"roost/" ROOST_VERSION "\"}";
  commit.transactions.push_back({kApp, version, now});
  commit.added = change.added;
  commit.data_change = !change.rearranges;
  RewriteRequest request{TableFolder(change.table), {}, {}, {}, [&] { return NextPartName(); }};
  std::set<std::string> leaving;
  for (const Removal& removal : change.removed) {
    leaving.insert(removal.path);
    if (auto live = table.live.find(removal.path); live != table.live.end()) {
      commit.removed.push_back({removal.path, live->second.bytes, now});
    } else {
      request.gone.push_back(Part{removal.path, removal.bytes, 0, "", {}, {}});
    }
  }
  // Parts of another tool that came after the plan: of the old schema, or with rows that another
  // tool moved out of parts which this commit removes.
  const bool widens = change.rewrites && change.schema;
  for (const auto& [path, part] : table.live) {
    const bool foreign = !IsPartName(path);
    if (!leaving.contains(path) && (widens || (foreign && !request.gone.empty())))
      request.parts.push_back(part);
  }
  if (change.schema) {
    const TableSchema& schema = *change.schema;
    request.columns = schema.columns;
    const int64_t created = table.version < 0 ? now : table.metadata.created_ms;
    commit.metadata = Metadata{schema.id, change.table,      "",     WriteSchema(schema.columns),
                               {},        schema.properties, created};
    const Protocol wanted = ProtocolFor(schema.columns);
    if (table.version < 0 || wanted.reader > table.protocol.reader) commit.protocol = wanted;
  } else {
    ROOST_ASSIGN(request.columns, ReadSchema(table.metadata.schema, TableFolder(change.table)));
  }
  if (request.parts.empty()) return commit;
  ROOST_ASSIGN(auto rewritten, options_.rewrite_parts(request));
  if (!rewritten) return std::nullopt;
  for (const Part& part : request.parts) commit.removed.push_back({part.path, part.bytes, now});
  commit.added.insert(commit.added.end(), rewritten->begin(), rewritten->end());
  return commit;
}

// Everyone passes here at each snapshot, which heals what a crashed holder of a lock left undone.
// Tables are looked at beside each other: a disk needs little more time for many syncs than for
// one. Links are made durable together.
Status Ledger::Freshen(Tidied& tidied) {
  ROOST_TRY(FindTables());
  std::vector<std::pair<const std::string, DeltaLog>*> tables;  // whose views are old
  for (auto& table : tables_) {
    ROOST_TRY(table.second.Refresh());
    if (table.first.starts_with("_roost/")) continue;
    ROOST_ASSIGN(int64_t shown, ViewVersion(options_.output_dir, table.first));
    if (shown < table.second.snapshot().version) tables.push_back(&table);
  }
  std::vector<Result<bool>> swapped(tables.size(), false);
  std::mutex names;  // are given out one by one
  const NextName next_name = [&] {
    std::lock_guard lock(names);
    return writer_.NextPrivateName();
  };
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < tables.size();)
      swapped[i] = FreshenView(options_.output_dir, tables[i]->first, tables[i]->second, next_name);
  };
  constexpr size_t kThreads = 8;
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min(kThreads, tables.size()); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  const int64_t before = tidied.views;
  for (const Result<bool>& each : swapped) tidied.views += each.ok() && *each;
  if (tidied.views > before) ROOST_TRY(disk::SyncFolder(options_.output_dir));
  for (const Result<bool>& each : swapped) ROOST_TRY(each.status());
  return Status::OK();
}

}  // namespace roost::ledger
