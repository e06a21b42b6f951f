#include "roost/generate.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/disk.h"
#include "generate/compile.h"
#include "generate/document_maker.h"
#include "generate/fault_columns.h"
#include "generate/plan.h"
#include "generate/rules_file.h"
#include "generate/sink.h"
#include "generate/table_run.h"
#include "generate/text_file.h"
#include "generate/truth_file.h"
#include "generate/turnstile.h"
#include "world/builtin_worlds.h"
#include "world/world_parser.h"

namespace roost {

namespace generate {
namespace {

using Clock = std::chrono::steady_clock;

// Documents that one thread makes at a time: their bytes stay in its cache until they are written.
constexpr uint64_t kTaskDocuments = 64;
constexpr unsigned kMostThreads = 1024;

Result<std::string> WorldText(const std::string& name) {
  bool is_file =
      name.ends_with(".yaml") || name.ends_with(".yml") || name.find('/') != std::string::npos;
  if (is_file) return ReadTextFile(name);
  ROOST_ASSIGN(std::string_view text, world::BuiltinWorld(name));
  return std::string(text);
}

// The configuration's numbers are parameters of the world. Those left at their defaults mean
// nothing to a world without them.
Result<world::World> ReadWorld(const GenerateOptions& options) {
  ROOST_ASSIGN(std::string text, WorldText(options.world));
  const GenerationConfig defaults;
  std::map<std::string, double> parameters = options.parameters;
  if (options.config.max_enrollments_per_student != defaults.max_enrollments_per_student) {
    parameters["max_enrollments"] = options.config.max_enrollments_per_student;
  }
  if (options.config.class_capacity_utilization != defaults.class_capacity_utilization) {
    parameters["capacity_utilization"] = options.config.class_capacity_utilization;
  }
  return world::ParseWorld(text, options.world, parameters);
}

class Run {
 public:
  Run(const GenerateOptions& options, const std::vector<Program>& programs, Sink& sink,
      TruthFile* truth)
      : options_(options), programs_(programs), sink_(sink), truth_(truth) {
    paced_ = options.config.generation_rate > 0;
    threads_ =
        options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    uint64_t a_share = (options.num_iterations + threads_ - 1) / threads_;
    task_documents_ = paced_ ? 1 : std::clamp<uint64_t>(a_share, 1, kTaskDocuments);
    tasks_ = (options.num_iterations + task_documents_ - 1) / task_documents_;
    threads_ = static_cast<unsigned>(
        std::min<uint64_t>(paced_ ? 1 : threads_, std::max<uint64_t>(tasks_, 1)));
  }

  Result<GenerateResult> Go() {
    started_ = Clock::now();
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads_; ++i) others.emplace_back([this] { Work(); });
    Work();
    for (std::thread& thread : others) thread.join();
    ROOST_TRY(status_);
    result_.stopped = stopped_;
    result_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    return result_;
  }

 private:
  void Work() {
    std::vector<std::unique_ptr<DocumentMaker>> makers(programs_.size());
    MadeDocuments made;
    std::vector<uint64_t> places;
    while (!failed_ && !ShouldStop()) {
      uint64_t task = next_task_.fetch_add(1);
      if (task >= tasks_) return;
      Status status = OneTask(task, makers, &made, &places);
      if (!status.ok()) return Fail(status);
    }
  }

  bool ShouldStop() {
    if (options_.should_stop && options_.should_stop()) stopped_ = true;
    return stopped_;
  }

  void Fail(const Status& status) {
    std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = status;
    failed_ = true;
    turnstile_.Close();
  }

  Status OneTask(uint64_t task, std::vector<std::unique_ptr<DocumentMaker>>& makers,
                 MadeDocuments* made, std::vector<uint64_t>* places) {
    uint64_t first = options_.start + task * task_documents_;
    uint64_t end = std::min(first + task_documents_, options_.start + options_.num_iterations);
    made->Clear();
    const Program* program = nullptr;
    // A task may reach over a change of the world; the parts of its files are named alike.
    for (size_t p = 0; p < programs_.size(); ++p) {
      uint64_t from = std::max(first, programs_[p].begin), to = std::min(end, programs_[p].end);
      if (from >= to) continue;
      program = &programs_[p];
      if (!makers[p])
        makers[p] =
            std::make_unique<DocumentMaker>(*program, options_.format == GenerateFormat::kNdjson);
      makers[p]->Make(from, to - from, made);
    }
    if (paced_ && !WaitUntilDue(task)) return Status::OK();
    if (options_.format == GenerateFormat::kNdjson || truth_) {
      Status status;
      bool passed = turnstile_.Pass(task, [&] {
        status = sink_.Reserve(*made, places);
        if (truth_) truth_->Append(made->truth);
      });
      ROOST_TRY(status);
      if (!passed) return Status::OK();
    }
    ROOST_TRY(sink_.Write(*program, *made, *places));
    Count(end - first, *made);
    return Status::OK();
  }

  // False if the run is to stop before.
  bool WaitUntilDue(uint64_t task) {
    auto due = started_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                              static_cast<double>(task) / options_.config.generation_rate));
    while (Clock::now() < due) {
      if (ShouldStop()) return false;
      std::this_thread::sleep_for(
          std::min<Clock::duration>(due - Clock::now(), std::chrono::milliseconds(50)));
    }
    return true;
  }

  void Count(uint64_t documents, const MadeDocuments& made) {
    std::lock_guard lock(mutex_);
    result_.documents += documents;
    result_.rows += made.rows;
    result_.faults += made.faults;
    for (const Piece& piece : made.pieces) result_.bytes += piece.end - piece.begin;
    if (!options_.on_progress) return;
    Progress progress;
    progress.files_done = result_.documents;
    progress.files_total = options_.num_iterations;
    progress.bytes_done = result_.bytes;
    progress.rows = result_.rows;
    options_.on_progress(progress);
  }

  const GenerateOptions& options_;
  const std::vector<Program>& programs_;
  Sink& sink_;
  TruthFile* truth_;
  bool paced_ = false;
  unsigned threads_ = 1;
  uint64_t task_documents_ = 1, tasks_ = 0;
  Clock::time_point started_;
  std::atomic<uint64_t> next_task_{0};
  std::atomic<bool> failed_{false}, stopped_{false};
  Turnstile turnstile_;
  std::mutex mutex_;
  Status status_;
  GenerateResult result_;
};

Status CheckOptions(const GenerateOptions& options) {
  if (options.output_dir.empty())
    return Status::Invalid("no output folder is named; give --output-dir");
  if (!(options.config.generation_rate >= 0))
    return Status::Invalid("--rate is files per second, 0 or more");
  if (options.config.max_enrollments_per_student < 1)
    return Status::Invalid("--max-enrollments is at least 1");
  double utilization = options.config.class_capacity_utilization;
  if (!(utilization > 0 && utilization <= 1))
    return Status::Invalid("--capacity-utilization is above 0 and at most 1");
  if (options.threads > kMostThreads) {
    return Status::Invalid("--threads is at most ", kMostThreads, "; 0 is one per core");
  }
  if (options.output_dir == "-" && (options.format != GenerateFormat::kNdjson || !options.write)) {
    return Status::Invalid("only --format ndjson can be written to standard output");
  }
  if (options.in_place && options.format != GenerateFormat::kJson) {
    return Status::Invalid("--in-place is for separate files: --format json");
  }
  return Status::OK();
}

Result<std::unique_ptr<Sink>> MakeSink(const GenerateOptions& options, const world::World& world) {
  SinkOptions sink;
  sink.folder = options.output_dir;
  sink.world = &world;
  sink.start = options.start;
  sink.in_place = options.in_place;
  if (options.output_dir == "-") sink.write = options.write;
  return options.format == GenerateFormat::kNdjson ? MakeStreamSink(std::move(sink))
                                                   : MakeFileSink(std::move(sink));
}

// Without faults, the truth of an earlier run would be a lie about these documents.
Result<std::optional<TruthFile>> MakeTruth(const GenerateOptions& options, const Program& program) {
  if (options.output_dir == "-") return std::nullopt;
  std::string path = options.output_dir + "/_truth.json";
  if (!program.faults && options.start == 0) {
    ROOST_ASSIGN(disk::EntryKind kind, disk::Look(path));
    if (kind != disk::EntryKind::kMissing) ROOST_TRY(disk::RemoveFile(path));
    return std::nullopt;
  }
  TruthFile::Header header{program.world->name, options.inject, options.seed};
  ROOST_ASSIGN(TruthFile truth, TruthFile::Make(path, header, options.start > 0));
  if (!program.faults) return std::nullopt;
  return truth;
}

Status WriteRules(const GenerateOptions& options, const std::vector<Program>& programs) {
  if (options.output_dir == "-") return Status::OK();
  return WriteWholeFile(options.output_dir + "/_rules.yaml", RulesText(programs));
}

Result<GenerateResult> WriteDocuments(const GenerateOptions& options,
                                      const std::vector<Program>& programs) {
  ROOST_ASSIGN(std::unique_ptr<Sink> sink, MakeSink(options, *programs[0].world));
  ROOST_ASSIGN(std::optional<TruthFile> truth, MakeTruth(options, programs[0]));
  ROOST_TRY(WriteRules(options, programs));
  ROOST_ASSIGN(GenerateResult result,
               Run(options, programs, *sink, truth ? &*truth : nullptr).Go());
  ROOST_TRY(sink->Finish());
  if (truth) ROOST_TRY(truth->Finish());
  result.files = sink->files();
  return result;
}

// Tables come whole, so what belongs to them is written behind them.
Result<GenerateResult> WriteTables(const GenerateOptions& options,
                                   const std::vector<Program>& programs) {
  ROOST_ASSIGN(std::optional<TruthFile> truth, MakeTruth(options, programs[0]));
  ROOST_ASSIGN(GenerateResult result, GenerateTables(options, programs, truth ? &*truth : nullptr));
  ROOST_TRY(WriteRules(options, programs));
  if (truth) ROOST_TRY(truth->Finish());
  return result;
}

Result<GenerateResult> GenerateChecked(const GenerateOptions& options) {
  ROOST_TRY(CheckOptions(options));
  ROOST_ASSIGN(world::World world, ReadWorld(options));
  CompileOptions compile;
  compile.seed = options.seed;
  compile.integrity = options.config.enforce_referential_integrity;
  compile.validation = options.config.validation_enabled;
  ROOST_ASSIGN(std::vector<Program> programs, Compile(world, compile));
  std::vector<std::string> rules;
  for (const world::Rule& rule : world.rules) {
    if (rule.can_break) rules.push_back(rule.name);
  }
  ROOST_ASSIGN(auto wishes, FaultPlan::Parse(options.inject, rules));
  FaultPlan faults(options.seed, std::move(wishes));
  for (Program& program : programs) {
    program.faults = faults.is_empty() ? nullptr : &faults;
    ROOST_TRY(CheckPlan(program, options.start + options.num_iterations));
  }
  ROOST_TRY(CheckFaults(programs, faults));
  return options.format == GenerateFormat::kParquet ? WriteTables(options, programs)
                                                    : WriteDocuments(options, programs);
}

}  // namespace
}  // namespace generate

Result<GenerateResult> Generate(const GenerateOptions& options) {
  return generate::GenerateChecked(options);
}

Result<std::string> BuiltinWorldText(const std::string& name) {
  ROOST_ASSIGN(std::string_view text, world::BuiltinWorld(name));
  return std::string(text);
}

}  // namespace roost
