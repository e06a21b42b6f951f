#include "validate/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/sql_text.h"
#include "export/part.h"
#include "query/answer.h"
#include "validate/row_counts.h"
#include "validate/table_pass.h"

namespace roost::validate {

namespace {

using Clock = std::chrono::steady_clock;

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

/// No column has more different integers than rows, or than lie between its ends.
uint64_t MostKeys(const TableInfo& table, const std::string& column) {
  uint64_t keys = 0;
  for (const auto& part : table.parts) {
    for (int group = 0; group < part->row_groups(); ++group) {
      auto rows = static_cast<uint64_t>(part->RowGroupRows(group));
      auto ends = part->RangeOf(group, column);
      auto width =
          ends ? static_cast<uint64_t>(ends->max) - static_cast<uint64_t>(ends->min) : rows;
      keys += std::min(rows, width < rows ? width + 1 : rows);
    }
  }
  return std::min(keys, uint64_t{KeySet::kMost});
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
        fmt::format("{} of {}", result.failed, Counted(result.tested, "row fails", "rows fail"));
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
  ChooseKeys(rules);
  for (const TableInfo& table : tables_.all()) {
    std::vector<const Rule*> own;
    std::vector<RuleResult*> own_results;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!IsRowRule(rules[i].kind) || rules[i].is_absent || rules[i].table != &table) continue;
      own.push_back(&rules[i]);
      own_results.push_back(&results[i]);
    }
    PassResult pass;
    ROOST_TRY(CountTable(table, own, own_results, KeysOf(table), pass));
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
    case Kind::kSql:
      result.tested = rule.table ? rule.table->rows : 0;
      ROOST_TRY(failures.TakeQuery(rule.text, result));
      result.tested = std::max({result.tested, result.failed, uint64_t{1}});
      return Status::OK();
    default:
      return JudgeSet(rule, result, failures);
  }
}

/// Fetches the rows that were counted; both ways of counting must agree.
Status Judge::TakeFailing(const Rule& rule, RuleResult& result, Failures& failures) {
  uint64_t counted = result.failed;
  if (counted > 0) {
    RowConditions conditions = ConditionsOf(rule);
    auto bad = [&](const RowSource& source) {
      return "SELECT " + SqlName(rule.table->id) + " AS id, " + conditions.reason +
             " AS reason FROM " + source.From(*rule.table) + " WHERE " + conditions.failed;
    };
    bool is_row_by_row = RowCheck::Make(rule) != nullptr;  // SQL may look at anything
    bool is_done = false;
    if (is_row_by_row) {
      ROOST_ASSIGN(is_done, TakeMore(rule, "true", bad, result, failures));
    }
    if (!is_done || result.failed != counted) {
      result.samples.clear();
      ROOST_TRY(failures.Take(*rule.table, bad({}), result));
    }
    if (counted != result.failed) {
      return Status::Invalid("two ways of counting disagree: ", counted, " and ", result.failed,
                             " rows; this is a bug of roost");
    }
  }
  Remember(FailuresMark(rule), result);
  return Status::OK();
}

/// Of parts that the last run saw, the rows it found and that are bad `still`; of new ones `bad`.
/// False where it is not known what the last run found.
Result<bool> Judge::TakeMore(const Rule& rule, const std::string& still, const BadOf& bad,
                             RuleResult& result, Failures& failures) {
  const TableInfo& table = *rule.table;
  const auto* fresh = options_.last ? options_.last->NewParts(table) : nullptr;
  const auto* found = options_.last ? options_.last->Find(FailuresMark(rule)) : nullptr;
  if (!fresh || !found) return false;
  std::string from, more;
  if (!fresh->empty()) {
    RowSource source;
    source.instead[&table] = session_.SelectOf(table.name(), *fresh);
    from = source.From(table);
    more = bad(source);
  }
  if (found->file.empty()) {
    result.failed = 0;
    if (!more.empty()) ROOST_TRY(failures.Take(table, more, result, from));
    return true;
  }
  ROOST_TRY(options_.last->Recall(session_, table, *found));
  std::string all = "SELECT " + SqlName(table.id) + " AS id, _reason AS reason FROM _known WHERE " +
                    still + (more.empty() ? "" : " UNION ALL " + more);
  ROOST_TRY(failures.TakeKnown(table, all, result, from));
  return true;
}

void Judge::Remember(const std::string& mark, const RuleResult& result) {
  if (options_.failures_folder.empty()) return;
  const std::string& file = result.failures_file;
  index_.rules[mark] = {file.substr(file.rfind('/') + 1), result.failed};
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

/// Takes as many rules as half of the memory has room for, those with the fewest keys first. The
/// others are SQL's business, which can spill.
void Judge::ChooseKeys(const std::vector<Rule>& rules) {
  struct Wanted {
    uint64_t keys = 0;  // at most
    std::map<const shred::FinalColumn*, uint64_t> columns;
  };
  std::vector<Wanted> wanted;
  for (const Rule& rule : rules) {
    if (!IsByKeys(rule, source_)) continue;
    Wanted& own = wanted.emplace_back();
    auto add = [&](const TableInfo& table, const Field& field) {
      uint64_t keys = MostKeys(table, field.columns.front()->name);
      own.columns.emplace(field.columns.front(), keys);
      own.keys += keys;
    };
    add(*rule.table, *rule.fields[0]);
    if (rule.kind == Kind::kReference) add(*rule.other_table, *rule.other_fields[0]);
  }
  std::ranges::stable_sort(wanted, {}, &Wanted::keys);
  uint64_t room = options_.memory_bytes / 2 / sizeof(int64_t);
  for (const Wanted& own : wanted) {
    uint64_t more = 0;
    for (const auto& [column, keys] : own.columns) more += key_columns_.contains(column) ? 0 : keys;
    if (more > room) continue;
    room -= more;
    for (const auto& [column, keys] : own.columns) key_columns_.insert(column);
  }
}

std::vector<const shred::FinalColumn*> Judge::KeysOf(const TableInfo& table) const {
  std::vector<const shred::FinalColumn*> keys;
  for (const Field& field : table.fields) {
    const shred::FinalColumn* column = field.columns.front();
    if (key_columns_.contains(column)) keys.push_back(column);
  }
  return keys;
}

bool Judge::HasKeys(const Rule& rule) const {
  auto has = [&](const std::vector<const Field*>& fields) {
    return keys_.contains(fields[0]->columns.front());
  };
  return IsByKeys(rule, source_) && has(rule.fields) &&
         (rule.kind != Kind::kReference || has(rule.other_fields));
}

/// Whether a unique rule holds for all rows, as far as keys tell; then the result says so.
bool Judge::IsUniqueByKeys(const Rule& rule, RuleResult& result) const {
  if (!HasKeys(rule)) return false;
  const KeySet& keys = keys_.at(rule.fields[0]->columns.front());
  if (keys.has_given_up() || !keys.is_unique()) return false;
  bool lacks_none = keys.rows() == rule.table->rows;
  result.tested = keys.rows();
  return lacks_none || !rule.is_key;
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
