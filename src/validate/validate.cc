#include "roost/validate.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/disk.h"
#include "base/disk_entry.h"
#include "base/shell_text.h"
#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/batches.h"
#include "validate/explain.h"
#include "validate/judge.h"
#include "validate/prove.h"
#include "validate/row_check.h"
#include "validate/rules_reader.h"
#include "validate/score.h"
#include "validate/suggest.h"
#include "validate/suggested_file.h"
#include "validate/truth.h"

namespace roost {

namespace validate {

namespace {

namespace fs = std::filesystem;
constexpr size_t kShownMisses = 5;  // of each kind of fault

unsigned ThreadsOf(const ValidateOptions& options) {
  return options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

query::SessionOptions SessionFor(const ValidateOptions& options) {
  query::SessionOptions how;
  how.threads = ThreadsOf(options);
  how.memory_bytes = options.memory_bytes;
  how.technical = true;
  how.should_stop = options.should_stop;
  return how;
}

SuggestOptions SuggestingFor(const ValidateOptions& options) {
  SuggestOptions how;
  how.threads = ThreadsOf(options);
  how.memory_bytes = options.memory_bytes;
  how.should_stop = options.should_stop;
  return how;
}

Result<RuleSet> LoadRules(const ValidateOptions& options, const Tables& tables) {
  std::string path = options.rules;
  if (path.empty()) path = (fs::path(options.folder) / kRulesFile).string();
  ROOST_ASSIGN(auto text, disk::ReadIfThere(path));
  if (!text && options.rules.empty()) {
    std::optional<RuleSet> kept;
    if (!options.full) {
      ROOST_ASSIGN(kept, ReadSuggested(tables));
    }
    if (kept) return *std::move(kept);
    return Suggest(tables, SuggestingFor(options));
  }
  if (!text) return Status::IOError("there is no rule file ", path, "; name one with --rules");
  return ReadRules(*text, path, tables);
}

bool IsWanted(const Rule& rule, const std::vector<std::string>& only) {
  if (only.empty()) return true;
  for (const std::string& word : only) {
    bool tagged = std::find(rule.tags.begin(), rule.tags.end(), word) != rule.tags.end();
    bool of_table = rule.table && rule.table->name() == word;
    if (rule.name == word || tagged || of_table || word == NameOf(rule.kind)) return true;
  }
  return false;
}

Status KeepWanted(RuleSet& set, const std::vector<std::string>& only) {
  std::erase_if(set.rules, [&](const Rule& rule) { return !IsWanted(rule, only); });
  if (!set.rules.empty() || only.empty()) return Status::OK();
  return Status::Invalid("--only leaves no rule: name rules, tables, kinds or tags of ",
                         set.source);
}

/// Rows that fail go to a new folder, which takes the old one's place when all is done.
class FailuresFolder {
 public:
  explicit FailuresFolder(const std::string& folder)
      : roost_(folder + "/_roost"),
        path_(roost_ + "/failures"),
        temporary_(path_ + ".tmp-" + std::to_string(::getpid())) {}
  FailuresFolder(const FailuresFolder&) = delete;
  FailuresFolder& operator=(const FailuresFolder&) = delete;
  ~FailuresFolder() {
    (void)disk::RemoveTree(temporary_);
    if (is_new_ && !is_done_) (void)disk::RemoveFolder(roost_);  // if nobody else uses it
  }

  Status Make() {
    ROOST_ASSIGN(is_new_, disk::MakeFolderIfMissing(roost_));
    ROOST_TRY(disk::RemoveTree(temporary_));
    return disk::MakeFolder(temporary_);
  }
  Status Write(const std::string& name, const std::string& bytes) const {
    return disk::ReplaceFile(temporary_ + "/" + name, bytes);
  }
  Status Finish() {
    ROOST_TRY(disk::RemoveTree(path_));
    ROOST_TRY(disk::Rename(temporary_, path_));
    is_done_ = true;
    return Status::OK();
  }
  const std::string& temporary() const { return temporary_; }

 private:
  std::string roost_, path_, temporary_;
  bool is_new_ = false, is_done_ = false;
};

std::vector<TableProfile> DescribeTables(const Tables& tables,
                                         std::vector<std::vector<ColumnProfile>> profiles,
                                         const std::vector<RuleResult>& rules) {
  std::set<std::pair<std::string, std::string>> ruled;
  for (const RuleResult& rule : rules) {
    for (const std::string& column : rule.columns) ruled.emplace(rule.table, column);
  }
  std::vector<TableProfile> described;
  for (const TableInfo& table : tables.all()) {
    TableProfile& profile = described.emplace_back();
    profile.name = table.name();
    profile.json_path = table.stored->facts.table.json_path;
    profile.rows = table.rows;
    profile.bytes = table.bytes;
    profile.columns = std::move(profiles[described.size() - 1]);
    for (ColumnProfile& column : profile.columns) {
      column.has_rule = ruled.contains({table.name(), column.name});
    }
  }
  return described;
}

void CountColumns(ValidationReport& report) {
  for (const TableProfile& table : report.tables) {
    for (const ColumnProfile& column : table.columns) {
      ++report.score.columns;
      report.score.columns_with_rule += column.has_rule;
    }
  }
}

// What capacity rules say of the seats at the end of a reference.
Status DescribeSeats(const Judge& judge, const std::vector<Rule>& rules,
                     const std::vector<RuleResult>& results, const Rule& reference,
                     RelationUse& use) {
  for (size_t i = 0; i < rules.size(); ++i) {
    const Rule& capacity = rules[i];
    if (capacity.kind != Kind::kCapacity || capacity.is_absent || !capacity.limit ||
        capacity.other_table != reference.table || capacity.table != reference.other_table ||
        results[i].outcome == Outcome::kNotRun) {
      continue;
    }
    use.has_capacity = true;
    use.over_full = results[i].failed;
    ROOST_ASSIGN(use.capacity_used, judge.SeatsUsed(capacity));
  }
  return Status::OK();
}

Result<std::vector<RelationUse>> DescribeRelations(const Judge& judge,
                                                   const std::vector<Rule>& rules,
                                                   const std::vector<RuleResult>& results) {
  std::vector<RelationUse> uses;
  for (size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    if (rule.kind != Kind::kReference || rule.is_absent) continue;
    RelationUse& use = uses.emplace_back();
    use.table = rule.table->name();
    use.ref_table = rule.other_table->name();
    for (const Field* field : rule.fields) use.columns.push_back(field->name);
    for (const Field* field : rule.other_fields) use.ref_columns.push_back(field->name);
    use.rows = results[i].tested;
    use.orphan_rows = results[i].failed;
    use.orphan_keys = results[i].orphan_keys.value_or(0);
    ROOST_TRY(DescribeSeats(judge, rules, results, rule, use));
  }
  return uses;
}

void TellChanges(const State& state, ValidationReport& report) {
  const PastRun* last = state.last();
  if (!last) return;
  report.last_score = last->score;
  for (const TableProfile& table : report.tables) {
    const PastRows* before = state.LastRowsOf(table.name);
    if (!before) {
      report.changes.push_back("table " + table.name + " is new");
    } else if (before->rows != table.rows) {
      report.changes.push_back("table " + table.name + " has " + std::to_string(table.rows) +
                               " rows, had " + std::to_string(before->rows));
    }
  }
  for (const RuleResult& rule : report.rules) {
    if (rule.healed_keys > 0) {
      report.changes.push_back("of rule " + rule.name + ", " + HealedWords(rule));
    }
    const PastVerdict* before = state.LastVerdictOf(rule.name);
    if (!before || before->failed == rule.failed) continue;
    report.changes.push_back("rule " + rule.name + " has " + std::to_string(rule.failed) +
                             " failing rows, had " + std::to_string(before->failed));
  }
}

int64_t NowSeconds() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

/// In front: a whole batch matters more than a row of it.
void AddStrangeBatches(const State& state, int64_t now, ValidationReport& report) {
  std::vector<Anomaly> found = FindStrangeBatches(state, report, now);
  report.anomaly_count += found.size();
  report.anomalies.insert(report.anomalies.begin(), found.begin(), found.end());
}

/// How long each took, one after the other.
class Stages {
 public:
  void End(const std::string& name) {
    auto now = std::chrono::steady_clock::now();
    seconds_[name] = std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  std::map<std::string, double> Take() { return std::move(seconds_); }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::map<std::string, double> seconds_;
};

/// The command that judges one rule again.
void TellHowToReproduce(const ValidateOptions& options, ValidationReport& report) {
  for (RuleResult& rule : report.rules) {
    rule.reproduce = "roost validate --output-dir " + ShellWord(options.folder) +
                     (options.rules.empty() ? "" : " --rules " + ShellWord(options.rules)) +
                     " --only " + ShellWord(rule.name);
  }
}

/// Whether a rule is judged by SQL for certain: what other rules fail is looked up by it too.
bool NeedSql(const std::vector<Rule>& rules) {
  return std::ranges::any_of(rules, [](const Rule& rule) {
    if (rule.is_absent) return false;
    switch (rule.kind) {
      case Kind::kReference:
      case Kind::kUnique:
      case Kind::kCapacity:
      case Kind::kDependency:
      case Kind::kRows:
      case Kind::kVolume:
      case Kind::kSchema:
      case Kind::kDrift:
      case Kind::kAnomaly:
        return false;
      default:
        return !IsRowRule(rule.kind) || !RowCheck::Make(rule);
    }
  });
}

/// What is judged of the tables, beside the rules, and where it is kept.
Judge::Options JudgeOptionsFor(const ValidateOptions& options, const Tables& tables,
                               const FailuresFolder& failures, unsigned threads) {
  Judge::Options judging;
  if (options.write_state) judging.failures_folder = failures.temporary();
  judging.samples = options.samples;
  judging.threads = threads;
  judging.should_stop = options.should_stop;
  judging.memory_bytes = options.memory_bytes;
  if (options.only.empty()) {
    for (const TableInfo& table : tables.all()) judging.searched.push_back(&table);
  }
  return judging;
}

Result<ValidationReport> RunAll(const ValidateOptions& options) {
  Stages stages;
  ROOST_ASSIGN(Tables tables, Tables::Open(options.folder));
  stages.End("tables");
  ROOST_ASSIGN(RuleSet set, LoadRules(options, tables));
  std::optional<RuleSet> made;
  if (set.is_made_now) made = set;
  ROOST_TRY(KeepWanted(set, options.only));
  stages.End("rules");
  ROOST_ASSIGN(State state, ReadState(tables.folder()));
  ValidationReport report;
  report.folder = options.folder;
  report.rules_source = set.source;
  report.run = state.NextRun();
  if (!state.note.empty()) report.notes.push_back(state.note);
  FailuresFolder failures(tables.folder());
  if (options.write_state) ROOST_TRY(failures.Make());
  KeptParts::Options keep;
  if (options.write_state) keep.staging = failures.temporary() + "/.kept";
  keep.forget = options.full;
  KeptParts kept(tables, keep);
  ROOST_ASSIGN(LastFailures last, LastFailures::Read(tables, kept, {.forget = options.full}));
  query::SessionOptions session_options = SessionFor(options);
  session_options.readable_files = last.Files();
  if (options.write_state) session_options.writable_folder = failures.temporary();
  const auto start =
      NeedSql(set.rules) ? query::Session::Start::kNow : query::Session::Start::kWhenAsked;
  query::Session session = query::Session::Begin(tables.catalog(), session_options, start);
  Judge::Options judge_options =
      JudgeOptionsFor(options, tables, failures, session_options.threads);
  judge_options.kept = &kept;
  judge_options.last = &last;
  std::optional<Truth> truth;
  if (!options.truth.empty()) {
    ROOST_ASSIGN(truth, Truth::Read(options.truth));
    judge_options.on_row = [&](const Rule& rule, const std::string& file, const std::string& path) {
      truth->Add(rule, file, path);
    };
  }
  Judge judge(session, tables, state, judge_options);
  stages.End("what earlier runs left");
  ROOST_ASSIGN(report.rules, judge.Run(set.rules));
  if (start == query::Session::Start::kNow) ROOST_TRY(session.Ready());
  stages.End("judging");
  report.anomalies = judge.TakeAnomalies();
  report.anomaly_count = judge.anomaly_count();
  report.notes.insert(report.notes.end(), judge.notes().begin(), judge.notes().end());
  if (truth) {
    report.faults = truth->Scores();
    report.fault_misses = truth->Misses(kShownMisses);
  }
  report.tables = DescribeTables(tables, judge.TakeProfiles(), report.rules);
  ROOST_ASSIGN(report.relations, DescribeRelations(judge, set.rules, report.rules));
  stages.End("relations");
  ScoreRules(report);
  CountColumns(report);
  TellChanges(state, report);
  int64_t now = NowSeconds();
  if (options.only.empty()) AddStrangeBatches(state, now, report);
  TellHowToReproduce(options, report);
  if (options.should_stop && options.should_stop()) return Status::Cancelled("stopped");
  if (options.write_state) {
    FailuresIndex index = judge.TakeIndex();
    ROOST_TRY(index.See(tables, kept));
    ROOST_TRY(failures.Write("index", index.Save(tables)));
    if (made) ROOST_TRY(WriteSuggested(tables, *made));
    ROOST_TRY(kept.Finish());
    ROOST_TRY(failures.Finish());
    if (options.only.empty()) ROOST_TRY(WriteState(tables.folder(), state, report, now));
  }
  stages.End("writing what is kept");
  report.seconds = stages.Take();
  for (const auto& [stage, seconds] : judge.seconds())
    report.seconds["judging: " + stage] = seconds;
  return report;
}

}  // namespace

}  // namespace validate

Result<std::vector<RuleProof>> ProveRules(const ValidateOptions& options) {
  ROOST_ASSIGN(validate::Tables tables, validate::Tables::Open(options.folder));
  ROOST_ASSIGN(validate::RuleSet set, validate::LoadRules(options, tables));
  ROOST_TRY(validate::KeepWanted(set, options.only));
  ROOST_ASSIGN(query::Session session,
               query::Session::Open(tables.catalog(), validate::SessionFor(options)));
  return validate::Prove(session, set.rules);
}

Result<std::string> SuggestRules(const ValidateOptions& options) {
  ROOST_ASSIGN(validate::Tables tables, validate::Tables::Open(options.folder));
  ROOST_ASSIGN(validate::RuleSet set, validate::Suggest(tables, validate::SuggestingFor(options)));
  ROOST_TRY(validate::KeepWanted(set, options.only));
  return validate::RulesText(set);
}

Result<std::string> ExplainRules(const ValidateOptions& options) {
  ROOST_ASSIGN(validate::Tables tables, validate::Tables::Open(options.folder));
  ROOST_ASSIGN(validate::RuleSet set, validate::LoadRules(options, tables));
  ROOST_TRY(validate::KeepWanted(set, options.only));
  return validate::Explain(tables, set.rules);
}

Result<ValidationReport> Validate(const ValidateOptions& options) {
  ROOST_ASSIGN(ValidationReport report, validate::RunAll(options));
  if (!options.on_finding) return report;
  for (const RuleResult& rule : report.rules) {
    if (rule.outcome != Outcome::kPassed) ROOST_TRY(options.on_finding(rule));
  }
  return report;
}

}  // namespace roost
