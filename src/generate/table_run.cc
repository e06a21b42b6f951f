#include "generate/table_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "base/disk.h"
#include "generate/fault_planter.h"
#include "generate/table_writer.h"
#include "generate/turnstile.h"
#include "store/output.h"
#include "store/place.h"
#include "store/store_writer.h"
#include "store/table_change.h"

namespace roost::generate {

namespace {

constexpr uint64_t kTaskDocuments = 64;

std::string PartName(const Program& program, uint64_t, int table) {
  return (table == kDocument ? program.world->document_name : program.table(table).name) +
         ".parquet";
}

Status CheckFormat(const FaultPlan* faults) {
  if (!faults) return Status::OK();
  for (Fault fault :
       {Fault::kTypeFlip, Fault::kTruncated, Fault::kMalformed, Fault::kDuplicateFile}) {
    if (!faults->Has(fault)) continue;
    return Status::Invalid("--inject: tables cannot hold the fault '", FaultPlan::Name(fault),
                           "'; use --format json or ndjson");
  }
  return Status::OK();
}

/// What one thread needs for one stretch of the world.
struct Maker {
  Maker(const Program& program, std::unique_ptr<TableWriter> made)
      : chunk(program), json(program), planter(program, json), writer(std::move(made)) {}

  Chunk chunk;
  JsonWriter json;  // for the texts of the truth
  FaultPlanter planter;
  std::unique_ptr<TableWriter> writer;
};

class TableRun {
 public:
  TableRun(const GenerateOptions& options, const std::vector<Program>& programs, TruthFile* truth,
           store::Output& output)
      : options_(options), programs_(programs), truth_(truth), output_(output) {
    tasks_ = (options.num_iterations + kTaskDocuments - 1) / kTaskDocuments;
    threads_ =
        options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    threads_ = static_cast<unsigned>(std::min<uint64_t>(threads_, std::max<uint64_t>(tasks_, 1)));
  }

  Status Go(GenerateResult* result) {
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads_; ++i) others.emplace_back([this] { Keep(Work()); });
    Keep(Work());
    for (std::thread& thread : others) thread.join();
    ROOST_TRY(status_);
    if (stopped_) return Status::Cancelled("stopped; no table was written");
    FinishSchema(&schema_);
    ROOST_ASSIGN(tables_, output_.Publish(schema_, threads_));
    for (const store::PublishedTable& table : tables_) {
      result_.files += table.parts.size();
      result_.bytes += table.bytes;
    }
    *result = result_;
    return Status::OK();
  }

  /// The commit of what was written.
  ledger::Entry EntryOf() const {
    ledger::Entry entry;
    entry.operation = "GENERATE";
    for (size_t i = 0; i < schema_.tables.size(); ++i) {
      ledger::TableChange change;
      change.table = schema_.tables[i].name;
      change.schema = store::SchemaOf(schema_.tables[i], "");
      change.added = store::PartsOf(tables_[i].parts, change.schema->columns.size());
      entry.tables.push_back(std::move(change));
    }
    return entry;
  }

 private:
  void Keep(const Status& status) {
    if (status.ok()) return;
    std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = status;
    failed_ = true;
    turnstile_.Close();
  }

  Status Work() {
    std::vector<std::unique_ptr<Maker>> makers(programs_.size());
    while (!failed_ && !stopped_) {
      if (options_.should_stop && options_.should_stop()) stopped_ = true;
      uint64_t task = next_task_.fetch_add(1);
      if (task >= tasks_) break;
      ROOST_TRY(OneTask(task, makers));
    }
    for (auto& maker : makers) {
      if (!maker) continue;
      ROOST_TRY(maker->writer->Finish());
      std::lock_guard lock(mutex_);
      maker->writer->MergeSchema(&schema_);
    }
    return Status::OK();
  }

  Status OneTask(uint64_t task, std::vector<std::unique_ptr<Maker>>& makers) {
    uint64_t first = options_.start + task * kTaskDocuments;
    uint64_t end = std::min(first + kTaskDocuments, options_.start + options_.num_iterations);
    std::string truth;
    uint64_t rows = 0;
    for (size_t p = 0; p < programs_.size(); ++p) {
      uint64_t from = std::max(first, programs_[p].begin), to = std::min(end, programs_[p].end);
      if (from >= to) continue;
      if (!makers[p]) {
        ROOST_ASSIGN(auto writer, TableWriter::Make(programs_[p], output_.NewSink()));
        makers[p] = std::make_unique<Maker>(programs_[p], std::move(writer));
      }
      ROOST_TRY(Make(programs_[p], *makers[p], from, to - from, &truth));
      for (size_t t = 0; t < programs_[p].tables.size(); ++t) {
        rows += makers[p]->chunk.rows(static_cast<int>(t)).set->rows().size();
      }
    }
    if (truth_) turnstile_.Pass(task, [&] { truth_->Append(truth); });
    Count(end - first, rows, truth);
    return Status::OK();
  }

  static Status Make(const Program& program, Maker& maker, uint64_t first, uint64_t count,
                     std::string* truth) {
    maker.chunk.Fill(first, count);
    if (program.faults || !program.validation) maker.json.Begin(maker.chunk);
    if (!program.validation) maker.planter.ForgetRules(maker.chunk);
    if (program.faults) {
      std::vector<std::string> lines(count);
      maker.planter.Plant(maker.chunk, PartName, &lines);
      for (const std::string& line : lines) *truth += line;
    }
    return maker.writer->Add(maker.chunk);
  }

  void Count(uint64_t documents, uint64_t rows, const std::string& truth) {
    std::lock_guard lock(mutex_);
    result_.documents += documents;
    result_.rows += rows;
    result_.faults += static_cast<uint64_t>(std::count(truth.begin(), truth.end(), '\n'));
    if (!options_.on_progress) return;
    Progress progress;
    progress.files_done = result_.documents;
    progress.files_total = options_.num_iterations;
    progress.rows = result_.rows;
    options_.on_progress(progress);
  }

  const GenerateOptions& options_;
  const std::vector<Program>& programs_;
  TruthFile* truth_;
  store::Output& output_;
  uint64_t tasks_ = 0;
  unsigned threads_ = 1;
  std::atomic<uint64_t> next_task_{0};
  std::atomic<bool> failed_{false}, stopped_{false};
  Turnstile turnstile_;
  std::mutex mutex_;
  Status status_;
  shred::FinalSchema schema_;
  std::vector<store::PublishedTable> tables_;
  GenerateResult result_;
};

}  // namespace

Result<GenerateResult> GenerateTables(const GenerateOptions& options,
                                      const std::vector<Program>& programs, TruthFile* truth) {
  ROOST_TRY(CheckFormat(programs[0].faults));
  auto started = std::chrono::steady_clock::now();
  ROOST_ASSIGN(store::Place place, store::Place::Make(options.output_dir, options.overwrite));
  std::optional<disk::SyncLater> private_folder(place.folder());
  ROOST_ASSIGN(auto writer, store::StoreWriter::Open(place.folder()));
  store::OutputOptions output_options;
  output_options.places = writer->places();
  ROOST_ASSIGN(auto output, store::Output::Create(output_options));
  GenerateResult result;
  TableRun run(options, programs, truth, *output);
  ROOST_TRY(run.Go(&result));
  ledger::Entry entry = run.EntryOf();
  ROOST_TRY(writer->ledger().Commit(entry).status());
  output->Keep();
  ROOST_TRY(writer->Close());
  private_folder.reset();
  ROOST_TRY(place.Take());
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return result;
}

}  // namespace roost::generate
