#include "validate/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>

#include "base/sql_text.h"
#include "base/stage_time.h"
#include "query/answer.h"

namespace roost::validate {

namespace {

std::string Counted(uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

RuleResult BeginResult(const Rule& rule, const State& state, const RowSource& source) {
  RuleResult result;
  result.name = rule.name;
  result.kind = rule.is_rows_for_each ? "rows_for_each" : NameOf(rule.kind);
  result.table = rule.table ? rule.table->name() : rule.is_absent ? rule.absent_table : "";
  for (const Field* field : rule.fields) result.columns.push_back(field->name);
  result.tags = rule.tags;
  result.text = WordsOf(rule);
  result.where = rule.where;
  result.severity = rule.severity;
  result.dimension = DimensionOf(rule.kind);
  if (rule.warn) result.thresholds = "warns above " + WordsOf(*rule.warn);
  if (rule.fail) {
    result.thresholds += (rule.warn ? ", " : "") + ("fails above " + WordsOf(*rule.fail));
  }
  result.sql = ShownSql(rule, source);
  result.suggested = rule.suggested;
  result.evidence = rule.evidence;
  result.false_alarm_rate = rule.false_alarm_rate;
  for (const PastVerdict& past : state.VerdictsOf(rule.name)) {
    result.history.push_back({state.runs[past.run].run, past.tested, past.failed});
  }
  return result;
}

/// The children of a capacity count once for each key that another rule gives their table.
std::vector<const Field*> KeyOf(const TableInfo& table, const std::vector<Rule>& rules,
                                const std::vector<const Field*>& by) {
  for (const Rule& rule : rules) {
    if (rule.kind == Kind::kUnique && rule.table == &table && rule.where.empty() &&
        !rule.is_absent && rule.fields != by) {
      return rule.fields;
    }
  }
  return {};
}

}  // namespace

void CannotRun(RuleResult& result, const Status& status) {
  result.outcome = Outcome::kNotRun;
  result.message = "could not run: " + status.message();
  result.tested = result.failed = 0;
  result.samples.clear();
  result.failures_file.clear();
}

void Decide(const Rule& rule, RuleResult& result) {
  auto limit = [&](const Threshold& threshold) {
    return threshold.is_share ? threshold.value * static_cast<double>(result.tested)
                              : threshold.value;
  };
  double never = std::numeric_limits<double>::infinity();
  double fail = rule.fail ? limit(*rule.fail) : rule.warn ? never : 0;
  double warn = rule.warn ? limit(*rule.warn) : 0;
  auto failed = static_cast<double>(result.failed);
  result.outcome = failed > fail   ? Outcome::kFailed
                   : failed > warn ? Outcome::kWarned
                                   : Outcome::kPassed;
  if (result.outcome == Outcome::kFailed && rule.severity == Severity::kWarning) {
    result.outcome = Outcome::kWarned;
  }
  if (!result.message.empty()) return;
  if (result.tested == 0) {
    result.message = "there was nothing to test";
  } else {
    result.message =
        fmt::format("{} of {}", result.failed, Counted(result.tested, "row fails", "rows fail"));
  }
}

Result<std::vector<RuleResult>> Judge::Run(const std::vector<Rule>& declared) {
  std::vector<Rule> rules = declared;
  for (Rule& rule : rules) {
    if (rule.kind == Kind::kCapacity && !rule.is_absent) {
      rule.distinct_by = KeyOf(*rule.other_table, rules, rule.other_fields);
    }
  }
  ROOST_ASSIGN(std::vector<Reading> readings, ReadTables(rules));
  for (Reading& reading : readings) profiles_.push_back(std::move(reading.pass.columns));
  std::future<OddRowsOfTables> odd_rows;
  if (options_.profile) {
    auto look = [this, &rules, &readings, &seconds = seconds_["looking for strange rows"]] {
      return LookForOddRows(rules, readings, seconds);
    };
    odd_rows = std::async(std::launch::async, look);
  }
  ROOST_TRY(FindCopies(rules));
  std::vector<RuleResult> results;
  for (const Rule& rule : rules) results.push_back(BeginResult(rule, state_, source_));
  ROOST_TRY(TakeCounts(readings, results));
  const Rule* current = nullptr;
  Failures::Options options{
      .folder = options_.failures_folder, .samples = options_.samples, .on_row = nullptr};
  if (options_.on_row) {
    options.on_row = [&](const std::string& file, const std::string& path) {
      options_.on_row(*current, file, path);
    };
  }
  Failures failures(session_, tables_, options);
  for (size_t i = 0; i < rules.size(); ++i) {
    current = &rules[i];
    const char* stage = IsRowRule(rules[i].kind) ? "failing rows" : NameOf(rules[i].kind);
    StageTime time(seconds_[stage]);
    Status status = JudgeOne(rules[i], results[i], failures);
    if (status.IsCancelled()) return status;
    if (!status.ok()) CannotRun(results[i], status);
    bool is_decided = results[i].outcome == Outcome::kNotRun || rules[i].kind == Kind::kAnomaly;
    if (!is_decided) Decide(rules[i], results[i]);
  }
  if (options_.profile) ROOST_TRY(LookForStrange(rules, readings, odd_rows.get()));
  ROOST_TRY(FetchAnomalies(rules, failures, results));
  return results;
}

/// Where a rule says that no two files are alike, the rows of copies are left to that rule.
Status Judge::FindCopies(const std::vector<Rule>& rules) {
  bool asked =
      std::any_of(rules.begin(), rules.end(), [](const Rule& r) { return r.distinct_files; });
  const auto& views = session_.views();
  if (!asked || std::find(views.begin(), views.end(), "_roost_ledger") == views.end()) {
    return Status::OK();
  }
  ROOST_TRY(query::Do(session_,
                      "CREATE TEMP TABLE _copies AS SELECT path, first_number, numbers, original "
                      "FROM (SELECT path, first_number, numbers, first_value(path) OVER same AS "
                      "original, row_number() OVER same AS place FROM " +
                          std::string(kFilesTaken) +
                          " WHERE numbers > 0 WINDOW same AS (PARTITION BY hash, bytes ORDER BY "
                          "first_number)) WHERE "
                          "place > 1")
                .status());
  ROOST_ASSIGN(query::Answer count, query::Ask(session_, "SELECT count(*) FROM _copies"));
  if (count.Count() > 0) {
    source_.names_of_copies =
        "SELECT unnest(range(first_number, first_number + numbers)) FROM _copies";
  }
  return Status::OK();
}

Status Judge::JudgeOne(const Rule& rule, RuleResult& result, Failures& failures) {
  if (rule.is_absent || result.outcome == Outcome::kNotRun) return Status::OK();
  if (IsRowRule(rule.kind)) return TakeFailing(rule, result, failures);
  switch (rule.kind) {
    case Kind::kAnomaly:
      return Status::OK();  // FetchAnomalies, after all others
    case Kind::kFiles:
      return JudgeFiles(rule, result, failures);
    case Kind::kFreshness:
      return JudgeFreshness(rule, result);
    case Kind::kRows:
      return JudgeRows(rule, result);
    case Kind::kVolume:
      return JudgeVolume(rule, result);
    case Kind::kSchema:
      return JudgeSchema(rule, result);
    case Kind::kDrift:
      return JudgeDrift(rule, result);
    case Kind::kReference:
      return JudgeReference(rule, result, failures);
    case Kind::kUnique:
      return IsUniqueByKeys(rule, result) ? Status::OK() : JudgeSet(rule, result, failures);
    case Kind::kDependency:
      return DependsByKeys(rule, result) ? Status::OK() : JudgeSet(rule, result, failures);
    case Kind::kCapacity:
      return JudgeCapacity(rule, result, failures);
    case Kind::kSql:
      result.tested = rule.table ? rule.table->rows : 0;
      ROOST_TRY(failures.TakeQuery(rule.text, result));
      result.tested = std::max({result.tested, result.failed, uint64_t{1}});
      return Status::OK();
    default:
      return JudgeSet(rule, result, failures);
  }
}

void Judge::Remember(const std::string& mark, const RuleResult& result) {
  if (options_.failures_folder.empty()) return;
  const std::string& file = result.failures_file;
  index_.rules[mark] = {file.substr(file.rfind('/') + 1), result.failed, result.tested};
}

Status Judge::JudgeSet(const Rule& rule, RuleResult& result, Failures& failures) {
  SetQueries queries = QueriesOf(rule, source_);
  ROOST_ASSIGN(query::Answer tested, query::Ask(session_, queries.tested));
  result.tested = tested.Count();
  bool whole_table = rule.kind == Kind::kCompare && rule.fields.empty();
  if (whole_table) {
    return failures.TakeQuery("SELECT reason FROM (" + queries.bad + ")", result);
  }
  const TableInfo& table = rule.kind == Kind::kCompare ? *rule.other_table : *rule.table;
  return failures.Take(table, queries.bad, result);
}

Status Judge::JudgeFiles(const Rule& rule, RuleResult& result, Failures& failures) {
  std::string count = rule.whole_files ? "sum(records)" : "count(*)";
  ROOST_ASSIGN(query::Answer tested,
               query::Ask(session_, "SELECT " + count + "::BIGINT FROM " + kFilesTaken));
  result.tested = tested.Count();
  if (rule.distinct_files) {
    return failures.TakePlaced(
        "SELECT concat('the same content as ', original) AS _reason, path AS _file, NULL::BIGINT "
        "AS _record, 0::BIGINT AS _offset, '$' AS _json_path FROM _copies ORDER BY path",
        result);
  }
  const auto& views = session_.views();
  std::string faults =
      "SELECT fault AS _reason, path AS _file, NULL::BIGINT AS _record, NULL::BIGINT AS _offset, "
      "'$' AS _json_path, NULL::BIGINT AS line, bytes FROM " +
      std::string(kFilesTaken) + " WHERE fault IS NOT NULL";
  if (std::find(views.begin(), views.end(), "_roost_quarantine") != views.end()) {
    faults +=
        " UNION ALL SELECT reason, file, NULL, \"offset\", '$', line, bytes FROM "
        "_roost_quarantine WHERE NOT contains(reason, '(continued)')";
  }
  ROOST_TRY(failures.TakePlaced("FROM (" + faults + ") ORDER BY _file, _offset", result));
  result.message = fmt::format("{} of {} could not be taken", result.failed,
                               Counted(result.tested, "record", "records"));
  return Status::OK();
}

}  // namespace roost::validate
