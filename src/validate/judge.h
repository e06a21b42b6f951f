// Runs the rules of a set over the tables: row rules of a table together, the others one by one.
//
// A rule that cannot run is a result of its own (Outcome::kNotRun); a Status is only for what stops
// everything, as that it was stopped. Belongs to one thread; DuckDB uses more.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query/session.h"
#include "validate/anomaly_finder.h"
#include "validate/failures.h"
#include "validate/kept_parts.h"
#include "validate/key_set.h"
#include "validate/last_failures.h"
#include "validate/row_check.h"
#include "validate/rule.h"
#include "validate/rule_sql.h"
#include "validate/state.h"
#include "validate/table_pass.h"

namespace roost::validate {

class Judge {
 public:
  struct Options {
    std::string failures_folder;  // empty: not written
    size_t samples = 10;
    unsigned threads = 2;
    bool profile = true;
    uint64_t memory_bytes = 1ull << 30;  // of which keys may take half
    KeptParts* kept = nullptr;           // what earlier runs found in parts of tables
    const LastFailures* last = nullptr;  // rows that failed the last time
    std::function<bool()> should_stop;
    /// What is strange is looked for in these tables too, though no rule says so.
    std::vector<const TableInfo*> searched;
    /// Called with every failing row whose place is known.
    std::function<void(const Rule&, const std::string& file, const std::string& path)> on_row;
  };

  Judge(const query::Session& session, const Tables& tables, const State& state, Options options)
      : session_(session), tables_(tables), state_(state), options_(std::move(options)) {}

  /// One result for each rule, in order.
  Result<std::vector<RuleResult>> Run(const std::vector<Rule>& rules);

  /// Of a capacity rule with a limit: children / seats, over all parents; after Run.
  Result<double> SeatsUsed(const Rule& rule) const;

  /// What is strange, strongest first, and how many rows; after Run.
  std::vector<Anomaly> TakeAnomalies() { return std::move(anomalies_); }
  uint64_t anomaly_count() const { return anomaly_count_; }
  /// What went wrong beside the rules, in words.
  const std::vector<std::string>& notes() const { return notes_; }

  /// What failed, for the next run; after Run.
  FailuresIndex TakeIndex() { return std::move(index_); }

  const std::map<std::string, double>& seconds() const { return seconds_; }
  /// Of each table, in the order of Tables::all(); after Run.
  std::vector<std::vector<ColumnProfile>> TakeProfiles() { return std::move(profiles_); }

 private:
  Status FindCopies(const std::vector<Rule>& rules);
  /// A table's row rules, and what the pass over it found.
  struct Reading {
    const TableInfo* table;
    std::vector<const Rule*> rules;
    std::vector<size_t> places;                     // of the rules among all
    std::vector<std::unique_ptr<RowCheck>> checks;  // null: SQL's business
    PassResult pass;
    std::unique_ptr<PassingRows> passing;  // for the search for strange rows, if there is one
  };
  Status ForEachTable(const std::function<Status(size_t table, unsigned threads)>& run) const;
  Result<std::vector<Reading>> ReadTables(const std::vector<Rule>& rules);
  Status TakeCounts(std::vector<Reading>& readings, std::vector<RuleResult>& results);
  using OddRowsOfTables = std::vector<Result<OddRows>>;
  OddRowsOfTables LookForOddRows(const std::vector<Rule>& rules,
                                 const std::vector<Reading>& readings, double& seconds) const;
  Status LookForStrange(const std::vector<Rule>& rules, const std::vector<Reading>& readings,
                        OddRowsOfTables odd_rows);
  std::optional<OddSearch> SearchOf(const TableInfo& table, const std::vector<Rule>& rules) const;
  Status FetchAnomalies(const std::vector<Rule>& rules, Failures& failures,
                        std::vector<RuleResult>& results);
  Status CountBySql(const TableInfo& table, const std::vector<const Rule*>& rules,
                    const std::vector<RuleResult*>& results);
  Status JudgeOne(const Rule& rule, RuleResult& result, Failures& failures);
  Status TakeFailing(const Rule& rule, RuleResult& result, Failures& failures);
  using BadOf = std::function<std::string(const RowSource&)>;
  struct Again {
    std::string still;  // true of rows that failed the last time and do so now
    BadOf bad;          // SELECT of the bad rows of new parts; empty: there are none
  };
  Result<bool> TakeMore(const Rule& rule, const Again& again, RuleResult& result,
                        Failures& failures);
  void Remember(const std::string& mark, const RuleResult& result);
  void ChooseKeys(const std::vector<Rule>& rules);
  std::map<KeyColumns, KeySet::Plan> KeysOf(const TableInfo& table) const;
  const KeySet* KeysOf(const std::vector<const Field*>& fields) const;
  bool IsUniqueByKeys(const Rule& rule, RuleResult& result) const;
  bool DependsByKeys(const Rule& rule, RuleResult& result) const;
  Status FindOrphans(const Rule& rule, RuleResult& result, Failures& failures);
  Result<KeyValues> LastKeys(const Rule& rule, const FailuresIndex::Found& found) const;
  Result<std::optional<KeyValues>> KnownOrphans(const Rule& rule,
                                                const std::vector<int64_t>& orphans) const;
  Status FindHealed(const Rule& rule, RuleResult& result) const;
  Status ListOrphans(const Rule& rule, RuleResult& result) const;
  Status JudgeSet(const Rule& rule, RuleResult& result, Failures& failures);
  Status JudgeReference(const Rule& rule, RuleResult& result, Failures& failures);
  Status JudgeCapacity(const Rule& rule, RuleResult& result, Failures& failures);
  Status JudgeFiles(const Rule& rule, RuleResult& result, Failures& failures);
  Status JudgeFreshness(const Rule& rule, RuleResult& result);
  Status JudgeRows(const Rule& rule, RuleResult& result);
  Status JudgeVolume(const Rule& rule, RuleResult& result);
  Status JudgeSchema(const Rule& rule, RuleResult& result);
  Status JudgeDrift(const Rule& rule, RuleResult& result);
  Result<const Shapes*> BaselineOf(const Rule& rule, std::string& name);

  const query::Session& session_;
  const Tables& tables_;
  const State& state_;
  Options options_;
  RowSource source_;
  std::vector<std::vector<ColumnProfile>> profiles_;
  std::map<KeyColumns, KeySet::Plan> chosen_keys_;  // to be collected
  std::map<KeyColumns, KeySet> keys_;
  std::map<std::string, Rule> capacities_;    // as they were judged, by name
  std::map<std::string, double> seats_used_;  // of those that were judged by keys
  std::map<const TableInfo*, Strange> strange_;
  std::vector<Anomaly> anomalies_;
  uint64_t anomaly_count_ = 0;
  std::vector<std::string> notes_;
  std::map<std::string, double> seconds_;
  FailuresIndex index_;
  std::map<std::string, Shapes> baselines_;  // by what rules call them
};

/// Which keys came since the last run, in words; empty: none.
std::string HealedWords(const RuleResult& result);

/// Makes a result that of a rule that could not run.
void CannotRun(RuleResult& result, const Status& status);

/// Whether warned, failed or passed, by counts and thresholds; sets the message too.
void Decide(const Rule& rule, RuleResult& result);

}  // namespace roost::validate
