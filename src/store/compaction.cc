#include "store/compaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/free_space.h"
#include "ledger/delta_json.h"
#include "shred/folded_columns.h"
#include "sketch/part_sketches.h"
#include "store/schema_history.h"
#include "store/stored_rows.h"
#include "store/table_change.h"
#include "store/table_rewrite.h"

namespace roost::store {
namespace {

using ledger::Snapshot;
using shred::FinalTable;

constexpr int kMostPlans = 5;              // of one table, others' commits in between
constexpr uint64_t kLeastGroup = 8 << 20;  // bytes of a row group
constexpr uint64_t kMostGroup = 128 << 20;
constexpr uint64_t kSmallMergeBytes = 128 << 20;  // memory, beside what a listener takes

class RowsOfParts : public shred::PublishedRows {
 public:
  RowsOfParts(const Snapshot& table, std::string folder)
      : table_(table), folder_(std::move(folder)) {}

  bool MayRewrite(const FinalTable&) override { return true; }
  shred::ColumnContents Look(const FinalTable&, const shred::FinalColumn& column) override {
    if (!status_.ok()) return {};
    auto contents = LookAtColumn(table_, folder_, column);
    status_ = contents.status();
    return contents.ok() ? *contents : shred::ColumnContents();
  }
  const Status& status() const { return status_; }

 private:
  const Snapshot& table_;
  std::string folder_;
  Status status_;
};

/// Parts that become others, and what was made of them.
struct Job {
  std::string table;
  std::vector<ledger::Removal> removed;
  uint64_t bytes = 0;  // of them
  FinalTable before, after;
  bool folds = false;         // all parts of the table: its columns change
  std::string metadata_text;  // of the table's columns, when it was planned
  Status status;
  std::vector<WrittenPart> made;
};

std::string PropertyOf(const Snapshot& table) {
  auto found = table.metadata.configuration.find(kTableProperty);
  return found == table.metadata.configuration.end() ? "" : found->second;
}

Result<std::vector<Job>> PlanTable(const Snapshot& snapshot, const std::string& folder,
                                   const MergeLimits& limits) {
  std::vector<Job> jobs;
  if (snapshot.version < 0 || snapshot.live.empty()) return jobs;
  ROOST_ASSIGN(auto facts, FactsOf(snapshot));
  if (!facts) return jobs;  // another tool's table
  auto add = [&](const std::vector<std::string>& parts, FinalTable after, bool folds) {
    Job& job = jobs.emplace_back();
    job.table = facts->table.name;
    job.before = facts->table;
    job.after = std::move(after);
    job.folds = folds;
    job.metadata_text = PropertyOf(snapshot);
    for (const std::string& path : parts) {
      const uint64_t bytes = snapshot.live.at(path).bytes;
      job.removed.push_back({path, bytes, 0});
      job.bytes += bytes;
    }
  };
  const bool is_ours =
      std::ranges::all_of(snapshot.live, [](const auto& part) { return IsOwnPart(part.second); });
  if (is_ours) {
    RowsOfParts rows(snapshot, folder);
    auto folded = shred::WithSiblingsFolded(facts->table, rows);
    ROOST_TRY(rows.status());
    if (folded) {
      std::vector<std::string> all;
      for (const auto& [path, part] : snapshot.live) all.push_back(path);
      add(all, std::move(*folded), true);
      return jobs;
    }
  }
  ROOST_ASSIGN(auto merges, PlanMerges(snapshot, facts->table, folder, limits));
  for (const MergeJob& merge : merges) add(merge.parts, SameColumns(facts->table), false);
  return jobs;
}

/// Names of siblings that are gone.
std::vector<std::string> FoldedNames(const Job& job) {
  std::vector<std::string> names;
  for (const auto& column : job.before.columns)
    if (std::ranges::none_of(job.after.columns,
                             [&](const auto& after) { return after.name == column.name; }))
      names.push_back(column.name);
  return names;
}

void Tell(const Job& job, Compaction& result) {
  auto found = std::ranges::find(result.tables, job.table, &CompactedTable::table);
  if (found == result.tables.end()) {
    result.tables.emplace_back().table = job.table;
    found = std::prev(result.tables.end());
  }
  found->parts += job.removed.size();
  found->bytes += job.bytes;
  found->new_parts += job.made.size();
  for (const WrittenPart& part : job.made) found->new_bytes += part.bytes;
  for (std::string& name : FoldedNames(job)) found->folded.push_back(std::move(name));
}

/// All that are small become one, as far as that is not too large.
SmallPartLimits RecordLimits(const MergeLimits& limits) {
  return {limits.part_bytes / 2, 1, limits.part_bytes};
}

class Compactor {
 public:
  Compactor(StoreWriter& writer, const CompactionOptions& options)
      : writer_(writer), ledger_(writer.ledger()), options_(options) {}

  Result<Compaction> Run() {
    ROOST_TRY(ledger_.Refresh().status());
    const bool all = options_.tables.empty();
    if (all)
      record_bytes_ = PlanRecordMerges(ledger_.LedgerTable(), &ledger_.Table(kQuarantineTable),
                                       RecordLimits(options_.limits))
                          .bytes;
    for (const std::string& table : Tables()) ROOST_TRY(Plan(table));
    ROOST_TRY(CheckRoom());
    while (!jobs_.empty()) {
      if (options_.should_stop && options_.should_stop())
        return Status::Cancelled("stopped before the end; the tables that were done stay so");
      ROOST_TRY(RunSome());
    }
    if (all) ROOST_TRY(MergeTheRecords());
    std::ranges::sort(result_.tables, {}, &CompactedTable::table);
    return std::move(result_);
  }

  /// One merge, if the race is won; whether it was.
  Result<bool> RunOne(Job job) {
    std::vector<Job> jobs;
    jobs.push_back(std::move(job));
    Write(jobs[0], 0, 1);
    ROOST_TRY(jobs[0].status);
    return Commit(jobs);
  }

 private:
  std::vector<std::string> Tables() const {
    std::vector<std::string> tables;
    for (const std::string& name : ledger_.Tables())
      if (!name.starts_with("_roost/") &&
          (options_.tables.empty() ||
           std::ranges::find(options_.tables, name) != options_.tables.end()))
        tables.push_back(name);
    return tables;
  }

  Status Plan(const std::string& table) {
    ROOST_ASSIGN(auto jobs,
                 PlanTable(ledger_.Table(table), ledger_.TableFolder(table), options_.limits));
    for (Job& job : jobs) jobs_.push_back(std::move(job));
    ++plans_[table];
    return Status::OK();
  }

  Status MergeTheRecords() {
    const RecordMergeOptions merge{RecordLimits(options_.limits), options_.should_stop};
    ROOST_ASSIGN(result_.records, MergeRecords(writer_, merge));
    result_.commits += result_.records.commits;
    return Status::OK();
  }

  Status CheckRoom() const {
    uint64_t needed = record_bytes_;
    for (const Job& job : jobs_) needed += job.bytes + job.bytes / 8;
    if (needed == 0) return Status::OK();
    ROOST_ASSIGN(const uint64_t free, options_.free_bytes ? options_.free_bytes(writer_.folder())
                                                          : disk::FreeBytes(writer_.folder()));
    if (free >= needed) return Status::OK();
    return Status::IOError(fmt::format(
        "compacting {} needs about {} MB, since old parts stay for ten minutes, and its disk has "
        "{} MB left: make room, or compact some of the tables at a time with --tables; nothing was "
        "written",
        writer_.folder(), needed / 1'000'000 + 1, free / 1'000'000));
  }

  /// As many jobs at once as there are threads, in one commit.
  Status RunSome() {
    const size_t count = std::clamp<size_t>(jobs_.size(), 1, std::max(options_.threads, 1u));
    std::vector<Job> jobs;
    for (size_t i = 0; i < std::min(count, jobs_.size()); ++i) jobs.push_back(std::move(jobs_[i]));
    jobs_.erase(jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(jobs.size()));
    std::vector<std::thread> threads;
    for (size_t i = 1; i < jobs.size(); ++i)
      threads.emplace_back([&, i] { Write(jobs[i], i, jobs.size()); });
    Write(jobs[0], 0, jobs.size());
    for (std::thread& thread : threads) thread.join();
    const Status status = TakeFailures(jobs);
    if (!status.ok()) {
      Drop(jobs);
      return status;
    }
    ROOST_TRY(Commit(jobs).status());
    return PlanLost();
  }

  void Write(Job& job, size_t number, size_t of) const {
    TableRewrite rewrite;
    rewrite.before = &job.before;
    rewrite.after = &job.after;
    for (const ledger::Removal& removal : job.removed)
      rewrite.parts.push_back(ledger_.TableFolder(job.table) + "/" +
                              ledger::DecodePath(removal.path));
    rewrite.part_bytes = options_.limits.part_bytes;
    rewrite.group_bytes = std::clamp(options_.memory_bytes / of / 4, kLeastGroup, kMostGroup);
    rewrite.number = number;
    rewrite.sketch = options_.sketch;
    rewrite.should_stop = options_.should_stop;
    auto made = RewriteTable(rewrite, writer_.places());
    job.status = made.status();
    if (made.ok()) job.made = std::move(*made);
  }

  /// A part that is gone is another's doing: then it is planned anew.
  Status TakeFailures(std::vector<Job>& jobs) {
    if (std::ranges::all_of(jobs, [](const Job& job) { return job.status.ok(); }))
      return Status::OK();
    ROOST_TRY(ledger_.Refresh().status());
    for (const Job& job : jobs)
      if (!job.status.ok() && Stands(job)) return job.status;
    DropOvertaken(jobs);
    return Status::OK();
  }

  /// Whether it would be planned again just so.
  bool Stands(const Job& job) const {
    const Snapshot& table = ledger_.Table(job.table);
    if (PropertyOf(table) != job.metadata_text) return false;
    if (job.folds && table.live.size() != job.removed.size()) return false;
    return std::ranges::all_of(job.removed, [&](const ledger::Removal& removal) {
      return table.live.contains(removal.path);
    });
  }

  void DropOvertaken(std::vector<Job>& jobs) {
    std::vector<Job> gone;
    for (auto job = jobs.begin(); job != jobs.end();) {
      if (Stands(*job) && job->status.ok()) {
        ++job;
        continue;
      }
      lost_.push_back(job->table);
      gone.push_back(std::move(*job));
      job = jobs.erase(job);
    }
    Drop(gone);
  }

  static void Drop(const std::vector<Job>& jobs) {
    for (const Job& job : jobs)
      for (const WrittenPart& part : job.made) {
        (void)disk::RemoveIfThere(part.path);
        if (!part.sketches.empty()) (void)disk::RemoveIfThere(part.sketches);
      }
  }

  /// Of parts that are in the table no more: nobody looks for them.
  void DropSketches(const Job& job) const {
    for (const ledger::Removal& removal : job.removed)
      (void)disk::RemoveIfThere(
          sketch::SketchFileOf(writer_.folder(), job.table, ledger::DecodePath(removal.path)));
  }

  /// False if no job is left that could be committed.
  Result<bool> Commit(std::vector<Job>& jobs) {
    for (;;) {
      // What was planned for a version that is over counts only if it would be planned just so now.
      DropOvertaken(jobs);
      if (jobs.empty()) return false;
      ledger::Entry entry = EntryOf(jobs);
      // An error leaves open whether the entry stands, which names them. If not, they are swept.
      ROOST_ASSIGN(const bool won, ledger_.Commit(entry));
      if (won) {
        ++result_.commits;
        for (const Job& job : jobs) {
          Tell(job, result_);
          DropSketches(job);
        }
        return true;
      }
      ++result_.lost_races;
      ROOST_TRY(ledger_.Refresh().status());
    }
  }

  Status PlanLost() {
    std::vector<std::string> tables = std::exchange(lost_, {});
    std::ranges::sort(tables);
    tables.erase(std::ranges::unique(tables).begin(), tables.end());
    for (const std::string& table : tables) {
      // What is still waiting was planned with the rest.
      std::erase_if(jobs_, [&](const Job& job) { return job.table == table; });
      if (plans_[table] < kMostPlans) {
        ROOST_TRY(Plan(table));
      } else {
        result_.notes.push_back(table +
                                ": others change it too often; what was not done yet is "
                                "left for the next time");
      }
    }
    return Status::OK();
  }

  ledger::Entry EntryOf(const std::vector<Job>& jobs) const {
    ledger::Entry entry;
    entry.operation = "COMPACT";
    for (const Job& job : jobs) {
      auto change = std::ranges::find(entry.tables, job.table, &ledger::TableChange::table);
      if (change == entry.tables.end()) {
        entry.tables.emplace_back().table = job.table;
        change = std::prev(entry.tables.end());
      }
      change->rearranges = !job.folds;
      change->removed.insert(change->removed.end(), job.removed.begin(), job.removed.end());
      for (const WrittenPart& part : job.made)
        change->added.push_back(PartOf(part, part.columns.size()));
      if (!job.folds) continue;
      change->rewrites = true;
      change->schema = SchemaOf(job.after, "");
      AddHistory(ledger_.Table(job.table), ledger_.version() + 1,
                 ChangesBetween(&job.before, job.after, [](int64_t) { return std::string(); }),
                 *change->schema);
    }
    return entry;
  }

  StoreWriter& writer_;
  ledger::Ledger& ledger_;
  const CompactionOptions& options_;
  uint64_t record_bytes_ = 0;         // of the ledger table and the quarantine, to be written anew
  std::vector<Job> jobs_;             // to be done
  std::vector<std::string> lost_;     // tables of jobs that others have overtaken
  std::map<std::string, int> plans_;  // how often each table was planned
  Compaction result_;
};

Status CheckNames(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  for (const std::string& name : wanted) {
    if (std::ranges::find(there, name) != there.end() && !name.starts_with("_roost/")) continue;
    std::string all;
    for (const std::string& each : there)
      if (!each.starts_with("_roost/")) all += (all.empty() ? "" : ", ") + each;
    return Status::Invalid("--tables: there is no table ", name, " in this store (there are: ", all,
                           ")");
  }
  return Status::OK();
}

}  // namespace

Result<Compaction> Compact(StoreWriter& writer, const CompactionOptions& options) {
  ROOST_TRY(CheckNames(options.tables, writer.ledger().Tables()));
  return Compactor(writer, options).Run();
}

Result<Compaction> PlanCompaction(const ledger::Pin& pin, const CompactionOptions& options) {
  std::vector<std::string> names;
  for (const auto& [name, table] : pin.tables) names.push_back(name);
  ROOST_TRY(CheckNames(options.tables, names));
  Compaction plan;
  for (const auto& [name, table] : pin.tables) {
    const bool is_wanted =
        options.tables.empty() || std::ranges::find(options.tables, name) != options.tables.end();
    if (name.starts_with("_roost/") || !is_wanted) continue;
    ROOST_ASSIGN(auto jobs, PlanTable(table, pin.folders.at(name), options.limits));
    for (const Job& job : jobs) Tell(job, plan);
  }
  if (!options.tables.empty()) return plan;
  auto quarantine = pin.tables.find(kQuarantineTable);
  plan.records =
      PlanRecordMerges(pin.ledger, quarantine == pin.tables.end() ? nullptr : &quarantine->second,
                       RecordLimits(options.limits));
  return plan;
}

Result<uint64_t> MergeSmallParts(StoreWriter& writer, const SmallMergeOptions& small) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(small.seconds);
  CompactionOptions options;
  options.should_stop = small.should_stop;
  options.sketch = small.sketch;
  options.memory_bytes = kSmallMergeBytes;
  uint64_t merged = 0;
  ROOST_TRY(writer.ledger().Refresh().status());
  for (const std::string& name : writer.ledger().Tables()) {
    while (Clock::now() < until) {
      const Snapshot& table = writer.ledger().Table(name);
      ROOST_ASSIGN(auto facts, FactsOf(table));
      if (!facts) break;
      const MergeJob merge =
          PlanSmallMerge(table, facts->table.name, facts->table.id_name, small.limits);
      if (merge.parts.empty()) break;
      Job job;
      job.table = name;
      job.before = facts->table;
      job.after = SameColumns(facts->table);
      job.metadata_text = PropertyOf(table);
      for (const std::string& path : merge.parts)
        job.removed.push_back({path, table.live.at(path).bytes, 0});
      ROOST_ASSIGN(const bool won, Compactor(writer, options).RunOne(std::move(job)));
      if (!won) return merged;
      merged += merge.parts.size();
    }
  }
  if (Clock::now() >= until) return merged;
  ROOST_ASSIGN(const RecordMerge records, MergeRecords(writer, {small.limits, small.should_stop}));
  return merged + records.parts;
}

}  // namespace roost::store
