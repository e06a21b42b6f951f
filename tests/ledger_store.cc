#include "tests/ledger_store.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_reader.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "ledger/pin.h"
#include "ledger/schema_part.h"
#include "ledger/take_run.h"
#include "ledger/views.h"
#include "store/table_change.h"

namespace roost::ledger::testing {
namespace {

namespace fs = std::filesystem;
constexpr const char* kTables[] = {"marks", "students"};

uint64_t ContentHash(const std::string& content) {
  return XXH3_64bits(content.data(), content.size());
}

std::vector<Column> ColumnsOf(bool is_wide) {
  std::vector<Column> columns = {{"_roost_id", "long", false, {}},
                                 {"content", "string", false, {{"roost.path", "/content"}}}};
  if (is_wide) columns.push_back({"extra", "string", false, {}});
  return columns;
}

InputFile InputOf(const std::string& path, const InboxFile& file) {
  InputFile input;
  input.path = path;
  input.device = 1;
  input.inode = file.instance;
  input.born_ns = static_cast<int64_t>(file.instance);
  input.bytes = file.content.size();
  input.modified_ns = static_cast<int64_t>(ContentHash(file.content) >> 2);
  return input;
}

Result<std::shared_ptr<arrow::Table>> TableOf(const std::vector<Row>& rows, bool is_wide) {
  arrow::Int64Builder ids;
  arrow::StringBuilder contents, extras;
  for (const Row& row : rows) {
    ROOST_TRY(row.id < 0 ? ids.AppendNull() : ids.Append(row.id));
    ROOST_TRY(contents.Append(row.content));
    ROOST_TRY(extras.Append("x" + row.content));
  }
  arrow::ArrayVector arrays(3);
  ROOST_TRY(ids.Finish(&arrays[0]));
  ROOST_TRY(contents.Finish(&arrays[1]));
  ROOST_TRY(extras.Finish(&arrays[2]));
  if (!is_wide) arrays.pop_back();
  ROOST_ASSIGN(auto schema, ArrowSchema(ColumnsOf(is_wide)));
  return arrow::Table::Make(schema, arrays);
}

std::string StatsOf(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end());
  std::string count = std::to_string(rows.size());
  if (rows.empty()) return "{\"numRecords\":0}";
  return "{\"numRecords\":" + count +
         ",\"minValues\":{\"_roost_id\":" + std::to_string(rows.front().id) +
         "},\"maxValues\":{\"_roost_id\":" + std::to_string(rows.back().id) +
         "},\"nullCount\":{\"_roost_id\":0,\"content\":0}}";
}

// Through the disk seam, so that a harness sees it.
Result<Part> WritePart(const std::string& folder, std::string name, const std::vector<Row>& rows,
                       bool is_wide) {
  ROOST_ASSIGN(auto table, TableOf(rows, is_wide));
  ROOST_ASSIGN(auto out, arrow::io::BufferOutputStream::Create());
  ROOST_TRY(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out));
  ROOST_ASSIGN(auto bytes, out->Finish());
  ROOST_ASSIGN(auto file, disk::File::Create(folder + "/" + name));
  ROOST_TRY(file.Write(bytes->ToString()));
  ROOST_TRY(file.Close());
  Part part;
  part.path = std::move(name);
  part.bytes = static_cast<uint64_t>(bytes->size());
  part.modified_ms = 1'750'000'000'000;
  part.stats = StatsOf(rows);
  part.tags[kColumnsTag] = is_wide ? "3" : "2";
  return part;
}

bool IsWide(const Snapshot& table) {
  return table.metadata.schema.find("\"extra\"") != std::string::npos;
}

struct Batch {
  std::vector<Take> takes;
  std::vector<std::string> contents;
  std::set<uint64_t> replaced;  // file numbers
  bool is_wide = false;
};

Result<Batch> PlanBatch(Ledger& ledger, const Inbox& inbox) {
  std::vector<Candidate> candidates;
  for (const auto& [path, file] : inbox)
    candidates.push_back({InputOf(path, file), Hash{1, ContentHash(file.content)}, KnownBy::kPath});
  ROOST_ASSIGN(auto verdicts, ledger.Classify(candidates));
  Batch batch;
  size_t i = 0;
  for (const auto& [path, file] : inbox) {
    const Verdict& verdict = verdicts[i];
    const Candidate& candidate = candidates[i++];
    if (verdict.standing == Standing::kKnown) continue;
    if (verdict.standing == Standing::kChanged) batch.replaced.insert(verdict.first_number);
    Take take{candidate.file, candidate.hash->low, candidate.hash->high, 0, 1, KnownBy::kPath};
    ROOST_ASSIGN(take.first_number, ledger.ReserveNumbers(1));
    batch.takes.push_back(take);
    batch.contents.push_back(file.content);
    batch.is_wide |= file.is_wide;
  }
  return batch;
}

// Nothing if a part is gone: the tables have moved on.
Result<std::optional<TableChange>> PlanTable(Ledger& ledger, const std::string& name,
                                             const Batch& batch) {
  ROOST_TRY(ledger.MakeTableFolder(name));
  const Snapshot& table = ledger.Table(name);
  const bool was_wide = IsWide(table);
  const bool is_wide = was_wide || (batch.is_wide && name == "students");
  TableChange change{name, {}, {}, {}, false};
  if (table.version < 0 || is_wide != was_wide)
    change.schema = TableSchema{"", ColumnsOf(is_wide), {{"roost.identity", name}}};
  change.rewrites = is_wide != was_wide;
  std::vector<Row> rows;
  for (size_t i = 0; i < batch.takes.size(); ++i)
    for (int row = 0; row < kRowsPerFile; ++row)
      rows.push_back(
          {static_cast<int64_t>(batch.takes[i].first_number << 24) + row, batch.contents[i]});
  for (const auto& [path, part] : table.live) {
    auto held = ReadRows(ledger.TableFolder(name) + "/" + path);
    if (!held.ok()) return std::nullopt;
    auto is_replaced = [&](const Row& row) {
      return row.id >= 0 && batch.replaced.contains(static_cast<uint64_t>(row.id) >> 24);
    };
    if (!change.rewrites && std::none_of(held->begin(), held->end(), is_replaced)) continue;
    std::copy_if(held->begin(), held->end(), std::back_inserter(rows),
                 [&](const Row& row) { return !is_replaced(row); });
    change.removed.push_back({path, part.bytes, 0});
  }
  ROOST_ASSIGN(Part part,
               WritePart(ledger.TableFolder(name), ledger.NextPartName(), rows, is_wide));
  change.added.push_back(std::move(part));
  return change;
}

Status Wrong(const std::string& what, const std::string& where) {
  return Status::Invalid(what, " in ", where);
}

// The numbers and content of what must be in every table: the latest take of each path.
using LatestTakes = std::map<Hash, TakeRecord>;

Status ReplayRun(const std::string& path, int64_t version, LatestTakes& latest) {
  ROOST_ASSIGN(disk::File file, disk::File::OpenForReading(path));
  ROOST_ASSIGN(auto header, ReadRunHeader(file, fs::file_size(path)));
  RunReader reader(file, header->records);
  for (;;) {
    ROOST_ASSIGN(const TakeRecord* record, reader.Next());
    if (record == nullptr) return Status::OK();
    if (record->version == version) latest[record->key] = *record;
  }
}

// The file that an entry names, or the runs that came instead of it.
Status ReplayFile(const std::string& store, const std::string& name, int64_t version,
                  LatestTakes& latest) {
  const std::string folder = store + "/_roost/takes/";
  if (fs::exists(folder + name)) return ReplayRun(folder + name, version, latest);
  for (const auto& entry : fs::directory_iterator(folder))
    if (VersionsOfRun(entry.path().filename())) ROOST_TRY(ReplayRun(entry.path(), version, latest));
  return Status::OK();
}

Result<LatestTakes> Replay(const std::string& store, int64_t last) {
  DeltaLog log(store, "_roost/ledger");
  LatestTakes latest;
  for (int64_t version = 1; version <= last; ++version) {
    ROOST_ASSIGN(auto commit, log.CommitAt(version));
    if (!commit) return Wrong("a hole", log.log_folder());
    ROOST_ASSIGN(auto entry, EntryOf(*commit, "entry"));
    if (!entry) continue;
    for (const Take& take : entry->takes) {
      const TakeRecord record = RecordOf(version, take);
      latest[record.key] = record;
    }
    if (entry->takes_file) ROOST_TRY(ReplayFile(store, entry->takes_file->name, version, latest));
  }
  return latest;
}

Result<int> CountColumns(const std::string& path) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  return parquet::ParquetFileReader::Open(file)->metadata()->num_columns();
}

Status CheckTable(const std::string& folder, const Snapshot& table, const LatestTakes& takes,
                  int foreign_rows) {
  std::multiset<int64_t> wanted, found;
  std::map<int64_t, uint64_t> contents;
  for (const auto& [key, take] : takes)
    for (int row = 0; row < kRowsPerFile; ++row) {
      const int64_t id = static_cast<int64_t>(take.first_number << 24) + row;
      wanted.insert(id);
      contents[id] = take.content.low;
    }
  int foreign = 0;
  for (const auto& [path, part] : table.live) {
    auto rows = ReadRows(folder + "/" + path);
    if (!rows.ok()) return Wrong("the live part " + path + " cannot be read", folder);
    ROOST_ASSIGN(int columns, CountColumns(folder + "/" + path));
    if (columns != (IsWide(table) ? 3 : 2)) return Wrong(path + " has another schema", folder);
    for (const Row& row : *rows) {
      if (row.id < 0) ++foreign;
      if (row.id < 0) continue;
      found.insert(row.id);
      if (ContentHash(row.content) != contents[row.id]) return Wrong("an old content", folder);
    }
  }
  if (found != wanted)
    return Wrong(std::to_string(found.size()) + " rows for " + std::to_string(wanted.size()),
                 folder);
  if (foreign != foreign_rows) return Wrong(std::to_string(foreign) + " foreign rows", folder);
  return Status::OK();
}

Status CheckView(const std::string& store, const std::string& name, const DeltaLog& log) {
  ROOST_ASSIGN(int64_t version, ViewVersion(store, name));
  if (version < 0) return Status::OK();
  if (version > log.snapshot().version) return Wrong("a view ahead of its log", name);
  ROOST_ASSIGN(Snapshot table, log.At(version));
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(store + "/" + name + ".parquet")) {
    const std::string file = entry.path().filename();
    ROOST_TRY(ReadRows(entry.path()).status());
    if (file.find("-schema-") == std::string::npos) names.insert(file);
  }
  for (const auto& [path, part] : table.live)
    if (!names.contains(path)) return Wrong("a view without " + path, name);
  return names.size() == table.live.size() ? Status::OK() : Wrong("too many parts", name);
}

}  // namespace

LedgerOptions TestOptions(const std::string& store) {
  LedgerOptions options;
  options.output_dir = store;
  options.columns = store::LedgerColumns();
  options.keep_removed_ms = -1000;  // at once: whatever goes too early is seen
  options.checkpoint_commits = 3;
  options.run_takes = 3;
  options.inline_takes = 0;
  return options;
}

Result<int> Ingest(Ledger& ledger, const Inbox& inbox) {
  for (;;) {
    ROOST_TRY(ledger.Refresh().status());
    ROOST_ASSIGN(Batch batch, PlanBatch(ledger, inbox));
    if (batch.takes.empty()) return 0;
    Entry entry;
    entry.operation = "INGEST";
    entry.takes = batch.takes;
    for (const char* table : kTables) {
      ROOST_ASSIGN(auto change, PlanTable(ledger, table, batch));
      if (!change) break;
      entry.tables.push_back(std::move(*change));
    }
    if (entry.tables.size() == std::size(kTables)) {
      ROOST_ASSIGN(bool won, ledger.Commit(entry));
      if (won) return static_cast<int>(batch.takes.size());
    }
    ROOST_TRY(ledger.DropParts(entry));
  }
}

Status Compact(Ledger& ledger, const std::string& table) {
  for (;;) {
    ROOST_TRY(ledger.Refresh().status());
    const Snapshot& now = ledger.Table(table);
    if (now.live.size() < 2) return Status::OK();
    std::vector<Row> rows;
    TableChange change{table, {}, {}, {}, false};
    bool is_whole = true;
    for (const auto& [path, part] : now.live) {
      auto held = ReadRows(ledger.TableFolder(table) + "/" + path);
      is_whole &= held.ok();
      if (held.ok()) rows.insert(rows.end(), held->begin(), held->end());
      change.removed.push_back({path, part.bytes, 0});
    }
    if (!is_whole) continue;
    ROOST_ASSIGN(Part part,
                 WritePart(ledger.TableFolder(table), ledger.NextPartName(), rows, IsWide(now)));
    change.added.push_back(std::move(part));
    Entry entry;
    entry.operation = "COMPACT";
    entry.tables.push_back(std::move(change));
    ROOST_ASSIGN(bool won, ledger.Commit(entry));
    if (won) return Status::OK();
    ROOST_TRY(ledger.DropParts(entry));
  }
}

Result<std::vector<Row>> ReadRows(const std::string& path) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  ROOST_ASSIGN(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  ROOST_ASSIGN(auto table, reader->ReadTable());
  ROOST_ASSIGN(auto whole, table->CombineChunksToBatch());
  auto ids = std::static_pointer_cast<arrow::Int64Array>(whole->GetColumnByName("_roost_id"));
  auto contents = std::static_pointer_cast<arrow::StringArray>(whole->GetColumnByName("content"));
  std::vector<Row> rows;
  for (int64_t i = 0; i < whole->num_rows(); ++i)
    rows.push_back({ids->IsNull(i) ? -1 : ids->Value(i), contents->GetString(i)});
  return rows;
}

Result<std::vector<int64_t>> ReadIds(const std::string& path) {
  ROOST_ASSIGN(auto file, arrow::io::ReadableFile::Open(path));
  ROOST_ASSIGN(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  ROOST_ASSIGN(auto table, reader->ReadTable());
  std::vector<int64_t> numbers;
  for (const auto& chunk : table->GetColumnByName("_roost_id")->chunks()) {
    const auto& ids = static_cast<const arrow::Int64Array&>(*chunk);
    numbers.insert(numbers.end(), ids.raw_values(), ids.raw_values() + ids.length());
  }
  return numbers;
}

Status AppendForeign(const std::string& store, const std::string& table, int rows) {
  DeltaLog log(store, "delta/" + table);
  for (;;) {
    ROOST_TRY(log.Refresh());
    ROOST_ASSIGN(Part part,
                 WritePart(log.folder(), "foreign-" + NewId() + ".parquet",
                           std::vector<Row>(rows, Row{-1, "foreign"}), IsWide(log.snapshot())));
    part.tags.clear();
    struct Commit commit;
    commit.info = "{\"operation\":\"WRITE\"}";
    commit.added.push_back(std::move(part));
    ROOST_ASSIGN(bool won, log.Put(commit, NewId()));
    // Other tools look what the winner did: a new schema is a conflict, and they start anew.
    if (won) return Status::OK();
  }
}

Status OptimizeForeign(const std::string& store, const std::string& table) {
  DeltaLog log(store, "delta/" + table);
  for (;;) {
    ROOST_TRY(log.Refresh());
    struct Commit commit;
    std::vector<Row> rows;
    for (const auto& [path, part] : log.snapshot().live) {
      ROOST_ASSIGN(auto held, ReadRows(log.folder() + "/" + path));
      rows.insert(rows.end(), held.begin(), held.end());
      commit.removed.push_back({path, part.bytes, 1'750'000'000'000});
    }
    ROOST_ASSIGN(Part part, WritePart(log.folder(), "foreign-" + NewId() + ".parquet", rows,
                                      IsWide(log.snapshot())));
    part.tags.clear();
    commit.info = "{\"operation\":\"OPTIMIZE\"}";
    commit.added.push_back(std::move(part));
    ROOST_ASSIGN(bool won, log.Put(commit, NewId()));
    if (won) return Status::OK();
  }
}

Status AddColumnOnly(Ledger& ledger, const std::string& table, const std::string& path,
                     uint64_t instance) {
  ROOST_TRY(ledger.Refresh().status());
  Take take{InputOf(path, {instance, path, true}), ContentHash(path), 1, 0, 1, KnownBy::kPath};
  ROOST_ASSIGN(take.first_number, ledger.ReserveNumbers(1));
  const Row row{static_cast<int64_t>(take.first_number << 24), path};
  TableChange change{table, {}, {}, TableSchema{"", ColumnsOf(true), {}}, false};
  ROOST_ASSIGN(Part part, WritePart(ledger.TableFolder(table), ledger.NextPartName(), {row}, true));
  change.added.push_back(std::move(part));
  Entry entry;
  entry.operation = "INGEST";
  entry.takes.push_back(take);
  entry.tables.push_back(std::move(change));
  ROOST_ASSIGN(bool won, ledger.Commit(entry));
  return won ? Status::OK() : Status::Invalid("another was first");
}

Status CheckStore(const std::string& store, int foreign_rows) {
  ROOST_ASSIGN(Pin pin, PinLatest(store));
  ROOST_ASSIGN(auto takes, Replay(store, pin.version));
  for (const char* name : kTables) {
    DeltaLog log(store, std::string("delta/") + name);
    if (pin.tables.contains(name)) {
      ROOST_TRY(log.Refresh());
      ROOST_TRY(CheckTable(log.folder(), pin.tables[name], takes, foreign_rows));
      ROOST_TRY(CheckView(store, name, log));
    } else if (!takes.empty()) {
      return Wrong("no table", log.folder());
    }
  }
  return Status::OK();
}

Status CheckComplete(const std::string& store, const Inbox& inbox, int foreign_rows) {
  ROOST_TRY(CheckStore(store, foreign_rows));
  DeltaLog ledger(store, "_roost/ledger");
  ROOST_TRY(ledger.Refresh());
  ROOST_ASSIGN(Pin pin, PinLatest(store));
  if (pin.version != ledger.snapshot().version) return Wrong("an unfinished commit", store);
  ROOST_ASSIGN(auto takes, Replay(store, pin.version));
  if (takes.size() != inbox.size()) return Wrong("too many or too few files", store);
  for (const auto& [path, file] : inbox) {
    const Hash key = RecordOf(0, Take{InputOf(path, file)}).key;
    if (!takes.contains(key) || takes[key].content.low != ContentHash(file.content))
      return Wrong("another content of " + path, store);
  }
  for (const auto& [name, table] : pin.tables) {
    ROOST_ASSIGN(int64_t view, ViewVersion(store, name));
    if (view != table.version) return Wrong("an old view of " + name, store);
  }
  return Status::OK();
}

Status CheckLinks(const std::string& store) {
  for (const auto& entry : fs::directory_iterator(store))
    if (entry.is_symlink() && !entry.path().filename().string().starts_with('.') &&
        !fs::exists(entry.path()))
      return Wrong("a link that leads nowhere", entry.path());
  return Status::OK();
}

Status CheckTaken(Ledger& ledger, const Inbox& done) {
  std::vector<Candidate> candidates;
  for (const auto& [path, file] : done)
    candidates.push_back({InputOf(path, file), Hash{1, ContentHash(file.content)}, KnownBy::kPath});
  ROOST_ASSIGN(auto verdicts, ledger.Classify(candidates));
  size_t i = 0;
  for (const auto& [path, file] : done) {
    const bool is_known = verdicts[i++].standing == Standing::kKnown;
    // Of a.json alone there is a later content.
    if (!is_known && (file.content != "a1" || verdicts[i - 1].standing == Standing::kNew))
      return Wrong("no take of " + path, ledger.writer());
  }
  return Status::OK();
}

Status CheckNoGarbage(const std::string& store) {
  std::set<std::string> named;
  DeltaLog ledger(store, "_roost/ledger");
  ROOST_TRY(ledger.Refresh());
  const int64_t last = ledger.snapshot().version;
  std::vector<std::string> tables = {"_roost/ledger", "_roost/quarantine"};
  for (const auto& table : fs::directory_iterator(store + "/delta"))
    tables.push_back("delta/" + table.path().filename().string());
  for (const std::string& table : tables) {
    DeltaLog log(store, table);
    ROOST_TRY(log.Refresh());
    for (const auto& [path, part] : log.snapshot().live) named.insert(log.folder() + "/" + path);
    for (const auto& [path, removal] : log.snapshot().removed)
      named.insert(log.folder() + "/" + path);
  }
  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    const std::string path = entry.path(), name = entry.path().filename();
    const bool in_view = path.find("/_roost/views/") != std::string::npos;
    if (IsPartName(name) && !in_view && !named.contains(path)) return Wrong(name, path);
    if (name.starts_with('.') && name != ".lock") return Wrong(name, path);
    if (const auto version = VersionOfEntryRun(name); version && *version > last)
      return Wrong(name, path);
  }
  return fs::is_empty(store + "/_roost/writers") ? Status::OK() : Wrong("a lock file", store);
}

Result<Inbox> RunScript(const std::string& store, Inbox* done) {
  ROOST_ASSIGN(auto ledger, Ledger::Open(TestOptions(store)));
  Inbox inbox;
  auto step = [&](const std::string& path, InboxFile file) -> Status {
    inbox[path] = std::move(file);
    ROOST_TRY(Ingest(*ledger, inbox).status());
    if (done != nullptr) *done = inbox;
    return Status::OK();
  };
  inbox["in/a.json"] = {1, "a1", false};
  // A run that goes on from an interrupted one must not bring an old content back.
  ROOST_TRY(ledger->Refresh().status());
  const Candidate later{InputOf("in/a.json", {1, "a2", false}), Hash{1, ContentHash("a2")},
                        KnownBy::kPath};
  ROOST_ASSIGN(auto verdict, ledger->Classify(std::span(&later, 1)));
  if (verdict[0].standing == Standing::kKnown) inbox["in/a.json"].content = "a2";
  ROOST_TRY(step("in/b.json", {2, "b1", false}));
  ROOST_TRY(step("in/c.json", {3, "c1", true}));
  ROOST_TRY(step("in/a.json", {1, "a2", false}));
  ROOST_TRY(step("in/d.json", {4, "d1", false}));
  ROOST_TRY(ledger->Tidy().status());
  for (const char* table : kTables) ROOST_TRY(Compact(*ledger, table));
  ROOST_TRY(ledger->Tidy().status());
  ROOST_TRY(ledger->Close());
  return inbox;
}

}  // namespace roost::ledger::testing
