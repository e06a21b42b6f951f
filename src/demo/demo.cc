// The steps of a demo in their order. Each is one call of the library between two looks at a meter;
// what is compared is measured between the stages, so that measuring costs no stage anything.

#include "roost/demo.h"

#include <algorithm>

#include "base/disk_entry.h"
#include "base/figures.h"
#include "demo/demo_folder.h"
#include "demo/folders.h"
#include "demo/measured.h"
#include "demo/stage_meter.h"
#include "demo/table_values.h"
#include "report/wording.h"
#include "roost/generate.h"
#include "roost/report.h"

namespace roost {
namespace demo {
namespace {

constexpr const char* kFaults =
    "orphan=0.01,late_parent=0.01,over_capacity=0.05,duplicate=0.005,clash=0.01,age_grade=0.01,"
    "null_burst=0.03,outlier=0.01,unit_swap=0.05,type_flip=0.005,truncated=0.03,malformed=0.03,"
    "duplicate_file=0.03";

// What is true of a school, as far as both systems have it in tables.
constexpr const char* kSharedRules =
    R"yaml(# What both systems can be asked: keys, references, capacities, ages.
tables:
  teachers:
    key: [teacher_id]
  classes:
    key: [class_id]
    references:
      - {columns: [teacher_id], table: teachers, key: [teacher_id]}
  students:
    key: [student_id]
    rules:
      - {name: age_grade, holds: "grade >= age - 6 AND grade <= age - 5"}
  enrollments:
    unique: [[student_id, class_id]]
    references:
      - {columns: [student_id], table: students, key: [student_id]}
      - {columns: [class_id], table: classes, key: [class_id]}
    capacity:
      - {count_by: class_id, table: classes, key: class_id, limit: capacity}
)yaml";

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) {}

  Status Run() {
    ROOST_TRY(PrepareFolder(options_.demo_dir, options_.clean));
    result_.folder = Path(kOutput);
    result_.files = options_.num_files;
    result_.seed = options_.seed;
    // First, so that its memory is that of a program that does nothing else.
    if (options_.claims) ROOST_TRY(RunScale(kScales[0]));
    ROOST_TRY(RunEnhanced());
    ROOST_TRY(RunFaulty());
    ROOST_TRY(RunOriginalSystem());
    ROOST_TRY(RunOtherWorld());
    ROOST_TRY(LookFromOutside());
    for (size_t i = 1; options_.claims && i < kScales.size(); ++i) ROOST_TRY(RunScale(kScales[i]));
    if (options_.claims) result_.claims = ClaimsOf(measured_, scale_runs_);
    result_.comparisons = Compared(measured_, result_);
    ROOST_TRY(disk::ReplaceFile(result_.folder + "/" + kDemoJsonFile, DemoJson(result_)));
    return disk::ReplaceFile(result_.folder + "/" + kDemoSummaryFile, DemoSummary(result_));
  }

  DemoResult& result() { return result_; }

 private:
  std::string Path(const char* name) const { return options_.demo_dir + "/" + name; }

  // Measures what `work` does and what it says of its size.
  template <class Work>
  Status Stage(const char* name, const char* system, const std::string& about, Work work) {
    if (options_.should_stop && options_.should_stop())
      return Status::Cancelled("stopped; what is there is no whole demo");
    DemoStage stage;
    stage.name = name;
    stage.system = system;
    stage.about = about;
    const StageMeter meter;
    ROOST_TRY(work(stage));
    stage.seconds = meter.Seconds();
    stage.peak_memory_bytes = meter.PeakMemoryBytes();
    stage.memory_before_bytes = meter.MemoryBeforeBytes();
    if (options_.on_stage) options_.on_stage(stage);
    result_.stages.push_back(std::move(stage));
    return Status::OK();
  }

  Status Make(const std::string& about, const std::string& folder, const std::string& world,
              uint64_t files, const std::string& inject) {
    return Stage("generate", "enhanced", about, [&](DemoStage& stage) -> Status {
      GenerateOptions generate;
      generate.output_dir = folder;
      generate.world = world;
      generate.num_iterations = files;
      generate.seed = options_.seed;
      generate.inject = inject;
      generate.threads = options_.threads;
      generate.should_stop = options_.should_stop;
      ROOST_ASSIGN(GenerateResult made, Generate(generate));
      if (made.stopped) return Status::Cancelled("stopped; what is there is no whole demo");
      stage.files = made.files;
      stage.rows = made.rows;
      stage.bytes = made.bytes;
      return Status::OK();
    });
  }

  Status Take(const std::string& about, const std::string& from, const std::string& to,
              Passage& passage) {
    ROOST_TRY(Stage("ingest", "enhanced", about, [&](DemoStage& stage) -> Status {
      IngestOptions ingest;
      ingest.inputs = {from};
      ingest.output_dir = to;
      ingest.threads = options_.threads;
      ingest.should_stop = options_.should_stop;
      ROOST_ASSIGN(passage.ingest, Ingest(ingest));
      stage.files = passage.ingest.files_taken;
      for (const TableSummary& table : passage.ingest.tables) stage.rows += table.rows;
      stage.bytes = passage.ingest.input_bytes;
      return Status::OK();
    }));
    const DemoStage taken = result_.stages.back();
    return Stage("relate", "enhanced", about, [&](DemoStage& stage) -> Status {
      DescribeOptions describe;
      describe.folder = to;
      describe.threads = options_.threads;
      ROOST_ASSIGN(passage.documentation, Document(describe));
      stage.files = taken.files;
      stage.rows = taken.rows;
      stage.bytes = taken.bytes;
      return Status::OK();
    });
  }

  Status Judge(const std::string& about, const char* system, const std::string& folder,
               const std::string& rules, const std::string& truth, bool write,
               ValidationReport& report) {
    return Stage("validate", system, about, [&](DemoStage& stage) -> Status {
      ValidateOptions validate;
      validate.folder = folder;
      validate.rules = rules;
      validate.truth = truth;
      validate.write_state = write;
      validate.threads = options_.threads;
      validate.should_stop = options_.should_stop;
      ROOST_ASSIGN(report, Validate(validate));
      for (const TableProfile& table : report.tables) {
        stage.rows += table.rows;
        stage.bytes += table.bytes;
      }
      if (!write) return Status::OK();
      WriteReportsOptions reports;
      reports.folder = folder;
      return WriteReports(report, reports).status();
    });
  }

  Status Listen(const std::string& about, const std::string& from, const std::string& to,
                OriginalListenResult& listened) {
    return Stage("listen", "original", about, [&](DemoStage& stage) -> Status {
      OriginalListenOptions listen;
      listen.input_dir = from;
      listen.output_dir = to;
      listen.should_stop = options_.should_stop;
      ROOST_ASSIGN(listened, ListenOriginal(listen));
      if (listened.stopped) return Status::Cancelled("stopped; what is there is no whole demo");
      stage.files = listened.files;
      for (const auto& [table, rows] : listened.rows) stage.rows += rows;
      stage.bytes = listened.bytes;
      return Status::OK();
    });
  }

  Status RunEnhanced() {
    const std::string about = "clean documents";
    ROOST_TRY(Make(about, Path(kInput), "school", options_.num_files, ""));
    ROOST_TRY(Take(about, Path(kInput), Path(kOutput), measured_.clean));
    ROOST_TRY(Judge(about, "enhanced", Path(kOutput), Path(kInput) + "/_rules.yaml", "", true,
                    measured_.clean.validation));
    result_.clean_score = measured_.clean.validation.score.overall.value_or(0);
    return Stage("export", "enhanced", about, [&](DemoStage& stage) -> Status {
      ExportOptions back;
      back.store_dir = Path(kOutput);
      back.output_dir = Path(kBack);
      ROOST_ASSIGN(ExportResult exported, Export(back));
      stage.files = exported.files;
      stage.bytes = exported.bytes;
      return Status::OK();
    });
  }

  Status RunFaulty() {
    const std::string about = "documents with faults";
    ROOST_TRY(Make(about, Path(kFaultyInput), "school", options_.num_files, kFaults));
    ROOST_TRY(Take(about, Path(kFaultyInput), Path(kFaultyOutput), measured_.faulty));
    const std::string truth = Path(kFaultyInput) + "/_truth.json";
    ROOST_TRY(Judge(about, "enhanced", Path(kFaultyOutput), Path(kFaultyInput) + "/_rules.yaml",
                    truth, true, measured_.faulty.validation));
    ValidationReport suggested;
    ROOST_TRY(Judge("the same, rules suggested", "enhanced", Path(kFaultyOutput), "", truth, false,
                    suggested));
    result_.suggested_faults = suggested.faults;
    result_.faulty_score = measured_.faulty.validation.score.overall.value_or(0);
    result_.faults = measured_.faulty.validation.faults;
    return Status::OK();
  }

  Status RunOriginalSystem() {
    ROOST_TRY(Stage("generate", "original", "racing documents", [&](DemoStage& stage) -> Status {
      OriginalGenerateOptions generate;
      generate.num_results = options_.num_files;
      generate.output_dir = Path(kOriginalInput);
      generate.seed = options_.seed;
      generate.should_stop = options_.should_stop;
      ROOST_ASSIGN(OriginalGenerateResult made, GenerateOriginal(generate));
      stage.files = made.files;
      stage.bytes = made.bytes;
      return Status::OK();
    }));
    ROOST_TRY(Listen("racing documents", Path(kOriginalInput), Path(kOriginalOutput),
                     measured_.original));
    ROOST_TRY(Listen("clean documents", Path(kInput), Path(kEqualOutput), measured_.equal));
    const std::string rules = Path(kOriginalInput) + "/_rules.yaml";
    ROOST_TRY(disk::ReplaceFile(rules, kSharedRules));
    ROOST_TRY(Judge("its tables of racing documents", "enhanced", Path(kOriginalOutput), rules, "",
                    false, measured_.original_validation));
    result_.original_score = measured_.original_validation.score.overall.value_or(0);
    ROOST_TRY(
        Take("racing documents", Path(kOriginalInput), Path(kRacingOutput), measured_.racing));
    return Judge("racing documents", "enhanced", Path(kRacingOutput), rules, "", true,
                 measured_.racing.validation);
  }

  // A world that neither system was told of: no table of it has a name that the first one knows.
  Status RunOtherWorld() {
    const std::string about = "documents of a shop";
    const uint64_t files = std::min<uint64_t>(options_.num_files, 100);
    ROOST_TRY(Make(about, Path(kShopInput), "shop", files, ""));
    ROOST_TRY(Take(about, Path(kShopInput), Path(kShopOutput), measured_.shop));
    return Listen(about, Path(kShopInput), Path(kShopOriginal), measured_.shop_original);
  }

  Result<ValueCounts> ValuesOf(const std::string& folder) {
    ValueCounts values;
    ROOST_TRY(
        ForEachDocument(folder, [&](const nlohmann::json& document) { values.Add(document); }));
    return values;
  }

  Status LookFromOutside() {
    ROOST_ASSIGN(measured_.clean_references, FollowReferences(Path(kInput)));
    ROOST_ASSIGN(measured_.racing_references, FollowReferences(Path(kOriginalInput)));
    ROOST_ASSIGN(ValueCounts documents, ValuesOf(Path(kInput)));
    ROOST_ASSIGN(ValueCounts tables, ReadTableValues(Path(kEqualOutput)));
    measured_.equal_losses = Compare(documents, tables);
    // The exported files lie below the folders that they came from.
    ROOST_ASSIGN(std::string exported, FolderOfExported());
    ROOST_ASSIGN(ValueCounts back, ValuesOf(exported));
    measured_.export_losses = Compare(documents, back);
    ROOST_TRY(CompareDocuments(exported));
    ROOST_ASSIGN(std::vector<std::string> written, disk::ListFolder(Path(kOriginalOutput)));
    measured_.original_other_files = static_cast<uint64_t>(
        std::count_if(written.begin(), written.end(),
                      [](const std::string& name) { return !name.ends_with(".parquet"); }));
    ROOST_ASSIGN(written, disk::ListFolder(Path(kOutput)));
    measured_.documentation_files = static_cast<uint64_t>(
        std::count_if(written.begin(), written.end(), [](const std::string& name) {
          return name == kRelationsFile || name == kSchemaFile || name == kReadmeFile;
        }));
    ROOST_ASSIGN(ValueCounts shop, ValuesOf(Path(kShopInput)));
    ROOST_ASSIGN(ValueCounts shop_tables, ReadTableValues(Path(kShopOriginal)));
    measured_.shop_original_losses = Compare(shop, shop_tables);
    return Status::OK();
  }

  Result<std::string> FolderOfExported() {
    std::string folder = Path(kBack);
    while (true) {
      ROOST_ASSIGN(std::vector<std::string> names, disk::ListFolder(folder));
      if (names.size() != 1) return folder;
      ROOST_ASSIGN(disk::EntryKind kind, disk::Look(folder + "/" + names[0]));
      if (kind != disk::EntryKind::kFolder) return folder;
      folder += "/" + names[0];
    }
  }

  Status CompareDocuments(const std::string& exported) {
    std::vector<nlohmann::json> originals;
    ROOST_TRY(ForEachDocument(
        Path(kInput), [&](const nlohmann::json& document) { originals.push_back(document); }));
    size_t next = 0;
    return ForEachDocument(exported, [&](const nlohmann::json& document) {
      measured_.documents_same += next < originals.size() && originals[next] == document;
      measured_.documents_exported = ++next;
    });
  }

  Status RunScale(uint64_t files) {
    ROOST_TRY(disk::MakeFolderIfMissing(Path(kScale)).status());
    const std::string about = Counted(files, "file");
    const std::string input = Path(kScale) + "/input", output = Path(kScale) + "/output";
    const size_t first = result_.stages.size();
    Passage passage;
    ROOST_TRY(Make(about, input, "school", files, ""));
    ROOST_TRY(Take(about, input, output, passage));
    ROOST_TRY(
        Judge(about, "enhanced", output, input + "/_rules.yaml", "", true, passage.validation));
    scale_runs_.push_back(ScaleOf(first));
    if (about == kLargestScale) {
      OriginalListenResult listened;
      ROOST_TRY(Listen(about, input, Path(kScale) + "/original", listened));
    }
    return disk::RemoveTree(Path(kScale));
  }

  ScaleRun ScaleOf(size_t first) const {
    const DemoStage* stages = &result_.stages[first];
    ScaleRun run;
    run.files = stages[0].files;
    run.rows = stages[3].rows;
    run.generate_seconds = stages[0].seconds;
    run.ingest_seconds = stages[1].seconds;
    run.describe_seconds = stages[2].seconds;
    run.validate_seconds = stages[3].seconds;
    for (int i = 1; i <= 3; ++i)
      run.peak_memory_bytes = std::max(run.peak_memory_bytes, stages[i].peak_memory_bytes);
    return run;
  }

  const DemoOptions& options_;
  Measured measured_;
  std::vector<ScaleRun> scale_runs_;
  DemoResult result_;
};

}  // namespace

const DemoStage& StageOf(const DemoResult& result, std::string_view name, std::string_view about) {
  auto found = std::find_if(
      result.stages.begin(), result.stages.end(),
      [&](const DemoStage& stage) { return stage.name == name && stage.about == about; });
  ROOST_CHECK(found != result.stages.end());
  return *found;
}

}  // namespace demo

Result<DemoResult> RunDemo(const DemoOptions& options) {
  demo::Demo demo(options);
  ROOST_TRY(demo.Run());
  return std::move(demo.result());
}

}  // namespace roost
