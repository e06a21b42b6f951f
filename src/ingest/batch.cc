#include "ingest/batch.h"

#include <malloc.h>

#include <algorithm>
#include <future>
#include <optional>

#include "base/byte_text.h"
#include "base/disk_entry.h"
#include "ingest/summary.h"
#include "read/path_text.h"
#include "store/schema_history.h"
#include "store/table_change.h"
#include "store/table_metadata.h"
#include "store/table_rewrite.h"

namespace roost::ingest {
namespace {

constexpr size_t kFewFiles = 1 << 12;  // takes of more are not held in memory
constexpr int kMaxAttempts = 16;       // each finds maps inside the maps of the one before

/// Gives back what an attempt that is over has held; malloc would keep it for threads that are
/// gone.
void ReleaseMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void KeepOnly(const std::vector<std::string>& names, shred::FinalSchema& schema) {
  if (names.empty()) return;
  std::erase_if(schema.tables, [&](const shred::FinalTable& table) {
    return std::find(names.begin(), names.end(), table.name) == names.end();
  });
}

Status CheckTables(const std::vector<std::string>& names, const shred::FinalSchema& schema) {
  for (const std::string& name : names) {
    bool known = std::any_of(schema.tables.begin(), schema.tables.end(),
                             [&](const auto& table) { return table.name == name; });
    if (known) continue;
    std::string all;
    for (const auto& table : schema.tables) all += (all.empty() ? "" : ", ") + table.name;
    return Status::Invalid("--tables: there is no table ", name, " in this input (there are: ", all,
                           ")");
  }
  return Status::OK();
}

void SummarizeFiles(Attempt& attempt, IngestResult& result) {
  for (const FileOutcome file : attempt.files()) {
    result.input_bytes += file.facts.bytes;
    result.files_taken += !file.fault;
    if (!file.fault) continue;
    ++result.files_faulty;
    if (result.file_faults.size() < 100) result.file_faults.push_back(*file.fault);
  }
  result.rejects = attempt.rejects();
  result.reject_count = attempt.reject_count();
  result.duplicate_keys = attempt.duplicate_keys();
}

void SummarizeTables(const shred::FinalSchema& schema,
                     const std::vector<store::PublishedTable>& published, IngestResult& result) {
  for (const shred::FinalTable& table : schema.tables) {
    const size_t technical = table.kind == shred::TableKind::kRoot ? 2 : 4;
    TableSummary summary{
        table.name, table.json_path, table.rows, table.columns.size() + technical, 0, 0};
    for (const store::PublishedTable& each : published) {
      if (each.name != table.name) continue;
      summary.rows = each.rows;
      summary.columns = each.columns.size();
      summary.parts = each.parts.size();
      summary.bytes = each.bytes;
    }
    result.tables.push_back(std::move(summary));
  }
}

std::string NamesOf(const shred::FinalSchema& schema) {
  std::string names;
  for (const shred::FinalTable& table : schema.tables)
    names += (names.empty() ? "" : ", ") + table.name;
  return names;
}

/// Absolute paths of files, each folder's looked up once where they follow each other.
class AbsolutePaths {
 public:
  explicit AbsolutePaths(const Inputs& inputs) : files_(inputs.files) {}

  std::string Of(size_t file) {
    const std::string_view folder = files_.folder(file), name = files_.name(file);
    if (folder.data() == folder_.data() && folder.size() == folder_.size())
      return std::string(prefix_).append(name);
    std::string path = read::AbsolutePath(files_.path(file));
    if (!name.empty() && path.ends_with(name)) {
      folder_ = folder;
      prefix_ = path.substr(0, path.size() - name.size());
    }
    return path;
  }

 private:
  const read::FileList& files_;
  std::string_view folder_;
  std::string prefix_;
};

/// What of a table's facts does not change from batch to batch.
std::string SchemaText(shred::FinalTable table) {
  for (shred::FinalColumn& column : table.columns) {
    column.conflict_values = 0;
    column.first_conflict_id = -1;
  }
  return store::TableFactsText(table);
}

}  // namespace

Result<std::unique_ptr<store::Output>> Batch::OpenOutput() const {
  if (!writer_) return std::unique_ptr<store::Output>();
  store::OutputOptions output;
  output.places = writer_->places();
  output.compression = options_.compression;
  output.compression_level = options_.compression_level;
  output.row_group_rows = options_.row_group_rows;
  output.open_bytes = options_.memory_bytes / 4;
  output.sketch_bytes = options_.sketch ? options_.memory_bytes / 10 : 0;
  return store::Output::Create(std::move(output));
}

Status Batch::Shred() {
  for (int tries = 1;; ++tries) {
    attempt_.reset();
    output_.reset();
    if (tries > 1) ReleaseMemory();
    ROOST_ASSIGN(output_, OpenOutput());
    read::ReserveNumbers reserve;
    if (writer_) reserve = [this](uint64_t count) { return writer_->ReserveNumbers(count); };
    attempt_ = std::make_unique<Attempt>(options_, inputs_, roots_, spools_, plan_, output_.get());
    ROOST_TRY(attempt_->Run(std::move(reserve)));
    shred::Publication publication = attempt_->Publish();
    if (existing_.rows) ROOST_TRY(existing_.rows->status());
    if (publication.plan == plan_) {
      if (attempt_->counts_only())
        return Status::UnknownError("the last attempt kept no values; this is a bug in roost");
      unused_hints_ =
          UnusedHints(config_.hints, publication.used_hints, publication.schema, existing_.tables);
      schema_ = std::move(publication.schema);
      return Status::OK();
    }
    if (tries == kMaxAttempts)
      return Status::Invalid("maps are nested more than ", kMaxAttempts, " deep in this input");
    plan_ = std::move(publication.plan);
  }
}

Status Batch::Write(IngestResult& result) {
  if (output_) ROOST_TRY(CarryRejects());
  SummarizeFiles(*attempt_, result);
  result.unused_hints = unused_hints_;
  result.conflicts = ListConflicts(schema_, inputs_, attempt_->files());
  ROOST_TRY(CheckTables(options_.only_tables, schema_));
  const size_t all_tables = schema_.tables.size();
  KeepOnly(options_.only_tables, schema_);
  has_some_ = schema_.tables.size() < all_tables;
  if (output_) {
    // Where there are very many files, the ledger takes about as long as the tables.
    const unsigned threads = ThreadCount(options_);
    const auto policy = threads > 1 ? std::launch::async : std::launch::deferred;
    auto ledger = std::async(
        policy, [this] { return WriteLedger(inputs_, attempt_->files(), roots_, *output_); });
    auto published = output_->Publish(schema_, threads);
    if (published.ok() && inputs_.files.size() <= kFewFiles) takes_ = Takes();
    ROOST_TRY(ledger.get());
    ROOST_ASSIGN(published_, std::move(published));
    ROOST_ASSIGN(ledger_parts_, output_->FinishLedger());
    CountConflicts(result);
  }
  SummarizeTables(schema_, published_, result);
  result.account = MakeAccount(*attempt_, CountStored(schema_, published_));
  if (!output_ || has_some_) {
    result.notes.push_back("the account of values is open: not every table was written");
  } else if (!result.account.balanced) {
    return Status::UnknownError(
        "the account does not balance, so nothing was written; this is a bug in roost: ",
        AccountJson(result, false));
  }
  return Status::OK();
}

std::vector<ledger::Take> Batch::Takes() const {
  std::vector<ledger::Take> takes;
  ForEachTake([&](const ledger::Take& take) { takes.push_back(take); });
  return takes;
}

/// Pipes are not known again. A file that is gone is, by its path, should it come back.
void Batch::ForEachTake(const std::function<void(const ledger::Take&)>& take_one) const {
  AbsolutePaths paths(inputs_);
  for (size_t file = 0; file < inputs_.files.size(); ++file) {
    const read::FileFacts facts = attempt_->files()[file].facts;
    const GoneFile* gone = inputs_.GoneOf(file);
    const bool is_known =
        gone ? gone->is_known_by_path : inputs_.files.is_regular(file) && facts.inode != 0;
    if (!is_known) continue;
    ledger::Take take;
    take.first_number = facts.first_number;
    take.numbers = static_cast<uint32_t>(std::min<uint64_t>(facts.numbers, UINT32_MAX));
    if (gone) {
      take.file.path = read::AbsolutePath(inputs_.NameOf(file));
      take.file.bytes = gone->bytes;
      take.hash_low = gone->hash_low;
      take.hash_high = gone->hash_high;
    } else {
      take.file = {paths.Of(file), facts.device,  facts.inode,
                   facts.bytes,    facts.born_ns, facts.modified_ns};
      take.hash_low = facts.hash_low;
      take.hash_high = facts.hash_high;
      if (!inputs_.moves_away.empty() && inputs_.moves_away[file])
        take.by = ledger::KnownBy::kInstance;
    }
    take_one(take);
  }
}

Status Batch::CarryRejects() {
  for (uint32_t file = 0; file < inputs_.retakes.size(); ++file) {
    uint64_t rejects = 0, bytes = 0;
    for (const CarriedReject& carried : inputs_.retakes[file]->carried) {
      store::RejectRow row = carried.row;
      row.number = attempt_->files()[file].facts.first_number;
      std::optional<std::string> raw;
      if (!carried.raw_path.empty()) {
        ROOST_ASSIGN(raw, disk::ReadIfThere(carried.raw_path));
        if (!raw) return Status::IOError("there is no file ", carried.raw_path, " any more");
        row.raw = *raw;
      }
      ROOST_TRY(output_->AddReject(row));
      rejects += !carried.is_continued;
      bytes += row.bytes;
    }
    if (bytes > 0 || rejects > 0) attempt_->NoteCarried(file, rejects, bytes);
  }
  return Status::OK();
}

/// The schema stands in it where it is new or has changed.
ledger::TableChange Batch::ChangeOf(size_t place, const std::string& only_tables) {
  const shred::FinalTable& table = schema_.tables[place];
  ledger::TableChange change;
  change.table = table.name;
  ledger::TableSchema schema = store::SchemaOf(table, only_tables);
  change.added = store::PartsOf(published_[place].parts, schema.columns.size());
  const shred::FinalTable* earlier = nullptr;
  if (existing_.tables)
    if (auto before = existing_.tables->find(table.identity); before != existing_.tables->end()) {
      if (SchemaText(before->second) == SchemaText(table)) return change;
      earlier = &before->second;
    }
  const auto file_of = [this](int64_t id) { return FileOf(id); };
  store::AddHistory(writer_->ledger().Table(table.name), writer_->ledger().version() + 1,
                    store::ChangesBetween(earlier, table, file_of), schema);
  change.schema = std::move(schema);
  return change;
}

/// The file whose row this is.
std::string Batch::FileOf(int64_t id) const {
  const auto number = static_cast<uint64_t>(id) >> shred::kRowBits;
  const auto file = id < 0 ? std::nullopt : attempt_->files().FileOfNumber(number);
  return file ? EncodeBytes(inputs_.NameOf(*file)) : "";
}

/// Of some siblings only the parts tell how much they hold.
void Batch::CountConflicts(IngestResult& result) const {
  for (ConflictSummary& conflict : result.conflicts) {
    if (conflict.values > 0) continue;
    for (const store::PublishedTable& table : published_)
      for (const store::ColumnCount& column : table.columns)
        if (table.name == conflict.table && column.name == conflict.sibling)
          conflict.values = column.stored;
  }
  if (!published_.empty())
    std::erase_if(result.conflicts, [](const auto& conflict) { return conflict.values == 0; });
}

Result<ledger::Entry> Batch::EntryOf(const IngestResult& result) {
  ledger::Entry entry;
  entry.operation = "INGEST";
  const std::string only_tables = has_some_ ? NamesOf(schema_) : "";
  for (size_t i = 0; i < schema_.tables.size(); ++i)
    entry.tables.push_back(ChangeOf(i, only_tables));
  if (ledger_parts_.quarantine) {
    ledger::TableChange change;
    change.table = store::kQuarantineTable;
    const auto columns = store::QuarantineColumns();
    if (writer_->ledger().Table(change.table).version < 0)
      change.schema = ledger::TableSchema{"", columns, {}};
    change.added = {store::PartOf(*ledger_parts_.quarantine, columns.size())};
    entry.tables.push_back(std::move(change));
  }
  if (ledger_parts_.ledger)
    entry.ledger_parts = {store::PartOf(*ledger_parts_.ledger, store::LedgerColumns().size())};
  entry.takes = std::move(takes_);
  if (inputs_.files.size() > kFewFiles)
    entry.many_takes = ledger::TakeSource{inputs_.files.size(),
                                          [this](const auto& take_one) { ForEachTake(take_one); }};
  entry.note = AccountJson(result, has_some_);
  return entry;
}

std::vector<Batch::Change> Batch::Rewrites() const {
  std::vector<Change> changes;
  if (!existing_.rows) return changes;
  for (const shred::FinalTable& table : schema_.tables) {
    auto before = existing_.tables->find(table.identity);
    if (before == existing_.tables->end()) continue;
    if (store::DifferInColumns(before->second, table) && existing_.rows->MayRewrite(before->second))
      changes.push_back({&before->second, &table});
  }
  return changes;
}

void Batch::Keep() { output_->Keep(); }

}  // namespace roost::ingest
