#include "validate/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/row_counts.h"
#include "validate/table_pass.h"

namespace roost::validate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostListedKeys = 10'000;  // in a query

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void CannotRun(RuleResult& result, const Status& status) {
  result.outcome = Outcome::kNotRun;
  result.message = "could not run: " + status.message();
  result.tested = result.failed = 0;
  result.samples.clear();
  result.failures_file.clear();
}

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
  for (const PastRun& run : state.runs) {
    auto past = run.rules.find(rule.name);
    if (past != run.rules.end()) {
      result.history.push_back({run.run, past->second.first, past->second.second});
    }
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
        fmt::format("{} of {} fail", result.failed, Counted(result.tested, "row", "rows"));
  }
}

Result<std::vector<RuleResult>> Judge::Run(const std::vector<Rule>& declared) {
  ROOST_TRY(FindCopies(declared));
  std::vector<Rule> rules = declared;
  for (Rule& rule : rules) {
    if (rule.kind == Kind::kCapacity && !rule.is_absent) {
      rule.distinct_by = KeyOf(*rule.other_table, rules, rule.other_fields);
    }
  }
  std::vector<RuleResult> results;
  for (const Rule& rule : rules) results.push_back(BeginResult(rule, state_, source_));
  Clock::time_point start = Clock::now();
  ROOST_TRY(CountRowRules(rules, results));
  seconds_["rows"] = SecondsSince(start);
  const Rule* current = nullptr;
  Failures::Options options{
      .folder = options_.failures_folder, .samples = options_.samples, .on_row = nullptr};
  if (options_.on_row) {
    options.on_row = [&](const std::string& file, const std::string& path) {
      options_.on_row(*current, file, path);
    };
  }
  ROOST_ASSIGN(Failures failures, Failures::Make(session_, tables_, options));
  for (size_t i = 0; i < rules.size(); ++i) {
    current = &rules[i];
    start = Clock::now();
    Status status = JudgeOne(rules[i], results[i], failures);
    if (status.IsCancelled()) return status;
    if (!status.ok()) CannotRun(results[i], status);
    bool is_decided = results[i].outcome == Outcome::kNotRun || rules[i].kind == Kind::kAnomaly;
    if (!is_decided) Decide(rules[i], results[i]);
    seconds_[IsRowRule(rules[i].kind) ? "failing rows" : NameOf(rules[i].kind)] +=
        SecondsSince(start);
  }
  start = Clock::now();
  ROOST_TRY(FetchAnomalies(rules, results));
  seconds_["anomalies"] += SecondsSince(start);
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

Result<double> Judge::SeatsUsed(const Rule& rule) const {
  ROOST_ASSIGN(query::Answer answer, query::Ask(session_, QueriesOf(rule, source_).seats_used));
  return std::strtod(answer.Text(0, 0).c_str(), nullptr);
}

Status Judge::CountRowRules(const std::vector<Rule>& rules, std::vector<RuleResult>& results) {
  for (const TableInfo& table : tables_.all()) {
    std::vector<const Rule*> own;
    std::vector<RuleResult*> own_results;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!IsRowRule(rules[i].kind) || rules[i].is_absent || rules[i].table != &table) continue;
      own.push_back(&rules[i]);
      own_results.push_back(&results[i]);
    }
    PassResult pass;
    ROOST_TRY(CountTable(table, own, own_results, KeysOf(table, rules), pass));
    if (options_.profile) ROOST_TRY(LookForStrange(table, rules, pass));
    profiles_.push_back(std::move(pass.columns));
  }
  return Status::OK();
}

Status Judge::CountTable(const TableInfo& table, const std::vector<const Rule*>& rules,
                         const std::vector<RuleResult*>& results,
                         const std::vector<const shred::FinalColumn*>& keys, PassResult& pass) {
  std::vector<std::unique_ptr<RowCheck>> checks;
  std::vector<const Rule*> by_sql;
  std::vector<RuleResult*> sql_results;
  for (size_t i = 0; i < rules.size(); ++i) {
    checks.push_back(RowCheck::Make(*rules[i]));
    if (checks.back()) continue;
    by_sql.push_back(rules[i]);
    sql_results.push_back(results[i]);
  }
  ROOST_ASSIGN(pass, ReadTable(table, rules, checks,
                               {options_.threads, options_.profile, options_.should_stop, keys,
                                options_.kept}));
  for (size_t i = 0; i < keys.size(); ++i) keys_[keys[i]] = std::move(pass.keys[i]);
  for (size_t i = 0; i < rules.size(); ++i) {
    results[i]->tested = pass.counts[i].tested;
    results[i]->failed = pass.counts[i].failed;
  }
  ROOST_ASSIGN(std::vector<RowCount> counts, CountRowsBySql(session_, table, by_sql));
  for (size_t i = 0; i < counts.size(); ++i) {
    sql_results[i]->tested = counts[i].tested;
    sql_results[i]->failed = counts[i].failed;
    if (!counts[i].status.ok()) CannotRun(*sql_results[i], counts[i].status);
  }
  return Status::OK();
}

Status Judge::JudgeOne(const Rule& rule, RuleResult& result, Failures& failures) {
  if (rule.is_absent || result.outcome == Outcome::kNotRun) return Status::OK();
  if (IsRowRule(rule.kind)) {
    if (result.failed == 0) return Status::OK();
    uint64_t counted = result.failed;
    RowConditions conditions = ConditionsOf(rule);
    ROOST_TRY(failures.Take(*rule.table,
                            "SELECT " + SqlName(rule.table->id) + " AS id, " + conditions.reason +
                                " AS reason FROM " + SqlName(rule.table->name()) + " WHERE " +
                                conditions.failed,
                            result));
    if (counted == result.failed) return Status::OK();
    return Status::Invalid("two ways of counting disagree: ", counted, " and ", result.failed,
                           " rows; this is a bug of roost");
  }
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
    case Kind::kSql:
      result.tested = rule.table ? rule.table->rows : 0;
      ROOST_TRY(failures.TakeQuery(rule.text, result));
      result.tested = std::max({result.tested, result.failed, uint64_t{1}});
      return Status::OK();
    default:
      return JudgeSet(rule, result, failures);
  }
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

/// The columns of a table whose integers decide references and unique keys.
std::vector<const shred::FinalColumn*> Judge::KeysOf(const TableInfo& table,
                                                     const std::vector<Rule>& rules) const {
  std::set<const shred::FinalColumn*> keys;
  for (const Rule& rule : rules) {
    if (!IsByKeys(rule, source_)) continue;
    if (rule.table == &table) keys.insert(rule.fields[0]->columns.front());
    if (rule.kind != Kind::kReference) continue;
    if (rule.other_table == &table) keys.insert(rule.other_fields[0]->columns.front());
  }
  return {keys.begin(), keys.end()};
}

/// Whether a unique rule holds for all rows, as far as keys tell; then the result says so.
bool Judge::IsUniqueByKeys(const Rule& rule, RuleResult& result) const {
  if (!IsByKeys(rule, source_)) return false;
  const KeySet& keys = keys_.at(rule.fields[0]->columns.front());
  if (keys.has_given_up() || !keys.is_unique()) return false;
  bool lacks_none = keys.rows() == rule.table->rows;
  result.tested = keys.rows();
  return lacks_none || !rule.is_key;
}

/// By the keys of both tables if they were collected: then SQL has to fetch rows at most.
Status Judge::FindOrphans(const Rule& rule, RuleResult& result, Failures& failures) {
  if (!IsByKeys(rule, source_)) return JudgeSet(rule, result, failures);
  const KeySet& children = keys_.at(rule.fields[0]->columns.front());
  const KeySet& parents = keys_.at(rule.other_fields[0]->columns.front());
  bool known = !children.has_given_up() && !parents.has_given_up();
  std::vector<int64_t> orphans = children.Without(parents);
  if (!known || orphans.size() > kMostListedKeys) return JudgeSet(rule, result, failures);
  result.tested = children.rows();
  if (orphans.empty()) return Status::OK();
  return failures.Take(*rule.table, RowsOfOrphans(rule, source_, orphans), result);
}

Status Judge::JudgeReference(const Rule& rule, RuleResult& result, Failures& failures) {
  ROOST_TRY(FindOrphans(rule, result, failures));
  result.orphan_keys = 0;
  if (!result.history.empty() && result.history.back().failed > result.failed) {
    result.healed = result.history.back().failed - result.failed;
  }
  std::string healed =
      result.healed == 0
          ? ""
          : fmt::format("; {} orphans fewer than the last time: their parents came", result.healed);
  if (result.failed == 0) {
    result.message = healed.empty() ? "" : "no orphans" + healed;
    return Status::OK();
  }
  SetQueries queries = QueriesOf(rule, source_);
  std::string names, shown;
  for (const Field* field : rule.fields) {
    names += (names.empty() ? "" : ", ") + SqlName(field->name);
  }
  ROOST_ASSIGN(query::Answer keys, query::Ask(session_, "SELECT count(*) FROM (SELECT DISTINCT " +
                                                            names + " FROM _wide)"));
  result.orphan_keys = keys.Count();
  ROOST_ASSIGN(query::Answer some,
               query::Ask(session_, "SELECT " + names +
                                        ", count(*) AS rows FROM _wide GROUP BY ALL "
                                        "ORDER BY rows DESC, " +
                                        names + " LIMIT 10"));
  for (size_t r = 0; r < some.rows.size(); ++r) {
    std::string text;
    for (size_t c = 0; c + 1 < some.names.size(); ++c) {
      text += (c == 0 ? "" : ", ") + some.Text(r, c);
    }
    result.orphan_values.push_back(std::move(text));
  }
  result.message = fmt::format("{} of {} refer to {} that {} not there", result.failed,
                               Counted(result.tested, "row", "rows"),
                               Counted(*result.orphan_keys, "key", "keys"),
                               *result.orphan_keys == 1 ? "is" : "are") +
                   healed;
  return Status::OK();
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

Status Judge::JudgeFreshness(const Rule& rule, RuleResult& result) {
  std::string where = rule.where.empty() ? "" : " WHERE " + rule.where;
  std::string moment =
      rule.moment_us ? fmt::format("make_timestamptz({})", *rule.moment_us) : "current_timestamp";
  std::string newest = "max(" + SqlName(rule.fields[0]->name) + ")";
  ROOST_ASSIGN(
      query::Answer answer,
      query::Ask(session_, "SELECT " + newest + ", epoch_us(" + moment + ") - epoch_us(" + newest +
                               "::TIMESTAMPTZ) FROM " + SqlName(rule.table->name()) + where));
  if (!answer.rows[0][0]) return Status::OK();
  int64_t age = std::stoll(answer.Text(0, 1));
  result.tested = 1;
  result.failed = age > rule.span_us;
  result.message = fmt::format("the newest is of {}, {:.0f} seconds before {}", answer.Text(0, 0),
                               static_cast<double>(age) / 1e6,
                               rule.moment_us ? "the moment to compare with" : "now");
  return Status::OK();
}

Status Judge::JudgeRows(const Rule& rule, RuleResult& result) {
  uint64_t rows = rule.table ? rule.table->rows : 0;
  auto count = static_cast<double>(rows);
  result.tested = 1;
  result.failed = count < rule.least || count > rule.most;
  result.message = "the table has " + Counted(rows, "row", "rows");
  return Status::OK();
}

Status Judge::JudgeVolume(const Rule& rule, RuleResult& result) {
  std::vector<double> past;
  for (const PastRun& run : state_.runs) {
    auto rows = run.rows.find(rule.table->name());
    if (rows != run.rows.end()) past.push_back(static_cast<double>(rows->second));
  }
  if (past.empty()) {
    result.message = "there is no earlier run to compare with";
    return Status::OK();
  }
  std::sort(past.begin(), past.end());
  double usual = past[past.size() / 2], rows = static_cast<double>(rule.table->rows);
  result.tested = 1;
  result.failed = std::abs(rows - usual) > rule.share * usual;
  result.message = fmt::format("{} rows, usual are {}", rows, usual);
  return Status::OK();
}

Status Judge::JudgeDrift(const Rule& rule, RuleResult& result) {
  auto place = static_cast<size_t>(rule.table - tables_.all().data());
  auto past = state_.shapes.find(rule.table->name());
  const std::string& name = rule.fields[0]->name;
  std::optional<double> drift;
  for (const ColumnProfile& profile : profiles_[place]) {
    if (profile.name != name || past == state_.shapes.end() || !past->second.contains(name))
      continue;
    drift = DriftBetween(past->second.at(name), ShapeOf(profile));
  }
  if (!drift) {
    result.message = "there is no earlier run to compare with";
    return Status::OK();
  }
  result.tested = 1;
  result.failed = *drift > rule.share;
  result.message = fmt::format("its distribution moved by {:.3f} since the last run", *drift);
  return Status::OK();
}

Status Judge::JudgeSchema(const Rule& rule, RuleResult& result) {
  std::vector<std::string> wrong;
  for (const auto& [name, type] : rule.schema) {
    const Field* field = rule.table->Find(name);
    if (!field) {
      wrong.push_back("there is no column " + name);
    } else if (!type.empty()) {
      for (const std::string& problem : WrongTypes(*field, type)) wrong.push_back(problem);
    }
  }
  for (const Field& field : rule.table->fields) {
    bool known = std::any_of(rule.schema.begin(), rule.schema.end(), [&](const auto& entry) {
      return entry.first == field.name || entry.first == field.path;
    });
    if (rule.is_closed && !known) wrong.push_back("column " + field.name + " is not declared");
  }
  result.tested =
      std::max<uint64_t>(rule.schema.size(), rule.is_closed ? rule.table->fields.size() : 0);
  result.failed = std::min<uint64_t>(wrong.size(), result.tested);
  for (const std::string& line : wrong) {
    result.message += (result.message.empty() ? "" : "; ") + line;
  }
  if (wrong.empty()) result.message = "all columns are as declared";
  return Status::OK();
}

}  // namespace roost::validate
