// Holds what a validation found: each rule's counts and samples, the score with its sum, profiles,
// relations, and what changed since the last run. Made by Validate (validate.h); plain data.
//
// Counts are exact; samples are the first few failing rows in the order of the files, and
// `samples_are_all` says whether there are no others. Nothing here depends on the time of day, the
// number of threads or the machine, but for `seconds`; equal tables and rules give equal reports.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace roost {

enum class Severity : uint8_t { kWarning, kError, kCritical };
enum class Outcome : uint8_t { kPassed, kWarned, kFailed, kNotRun };
enum class Dimension : uint8_t {
  kCompleteness,
  kValidity,
  kUniqueness,
  kConsistency,
  kReferential,
  kTimeliness,
  kVolume,
};
constexpr size_t kDimensions = 7;

const char* NameOf(Severity severity);    // warning, error, critical
const char* NameOf(Outcome outcome);      // passed, warned, failed, not run
const char* NameOf(Dimension dimension);  // completeness, ...

/// A row that fails a rule, and where it comes from. What is not known is empty or -1.
struct FailingRow {
  int64_t id = -1;        // _roost_id; in folders without ids the row's number in its table
  std::string file;       // input file as the ledger has it, or the Parquet file
  int64_t record = -1;    // of the file's records, from 0
  int64_t offset = -1;    // byte in the decoded file where its record begins, where that is known
  std::string json_path;  // of the row in its record: $.students[3]
  std::vector<std::pair<std::string, std::string>> values;  // column and value, as text
  std::string reason;                                       // in words
};

/// One earlier run's counts of a rule, oldest first.
struct PastCount {
  uint64_t run = 0, tested = 0, failed = 0;
};

/// How far a distribution is from an earlier one.
struct DriftFigures {
  double distance = 0;  // what the rule judges: Wasserstein-1 in distances between quartiles of
                        // numbers, Jensen-Shannon (0 to 1) of anything else
  bool is_wasserstein = false;
  double psi = 0;       // population stability index, over ten bins or the frequent values
  std::string against;  // "run 3", or a file
};

struct RuleResult {
  std::string name;  // unique: students.age.range
  std::string kind;  // not_null, unique, range, set, pattern, length, type, expression, reference,
                     // capacity, rows_for_each, compare, dependency, freshness, rows, volume,
                     // schema, drift, null_share, files, sql,
                     // anomaly
  std::string table;
  std::vector<std::string> columns;  // as they are stored
  std::vector<std::string> tags;
  std::string text;   // the rule in plain words
  std::string sql;    // SELECT of the failing rows; empty where no SQL says it
  std::string where;  // the condition for rows to be tested, or empty
  Severity severity = Severity::kError;
  Dimension dimension = Dimension::kValidity;
  std::string thresholds;  // "fail above 1 %", empty for the usual: any failing row

  Outcome outcome = Outcome::kPassed;
  std::string message;  // one line: what was found, or why it could not run
  uint64_t tested = 0, failed = 0;
  std::optional<uint64_t> orphan_keys;     // of references: distinct
  std::vector<std::string> orphan_values;  // some of them
  uint64_t healed = 0, healed_keys = 0;    // of references: what was missing the last time is there
  std::vector<std::string> healed_values;  // some of them
  std::optional<DriftFigures> drift;       // of drift rules
  std::vector<FailingRow> samples;
  bool samples_are_all = true;
  std::string failures_file;  // below the output folder; all failing rows
  std::string reproduce;      // a command line

  double p = 0;            // 1 - failed / tested; 0 if it could not run
  double weight = 0;       // in its dimension
  double points_lost = 0;  // of 100, before the cap

  bool suggested = false;
  std::string evidence;                    // of a suggested rule
  std::optional<double> false_alarm_rate;  // of a suggested rule: expected, per run
  std::vector<PastCount> history;
};

struct DimensionScore {
  Dimension dimension = Dimension::kValidity;
  uint64_t rules = 0;
  double score = 0;  // 0 to 100
};

struct Score {
  std::optional<double> overall;  // 0 to 100; nothing: not assessed
  double before_cap = 0;
  double cap = 100;        // 59, 89 or 100
  std::string cap_reason;  // which rule, in words
  std::vector<DimensionScore> dimensions;
  uint64_t rules_declared = 0, rules_run = 0, columns = 0, columns_with_rule = 0;
  double Coverage() const {  // of rules
    return rules_declared == 0
               ? 0
               : static_cast<double>(rules_run) / static_cast<double>(rules_declared);
  }
};

/// Found in the data, without a rule: worth a look, no part of the score.
struct Anomaly {
  std::string kind;  // value, rare_value, rare_form, rare_length, row, batch
  std::string table;
  std::vector<std::string> columns;
  double strength = 0;  // larger is stranger
  std::string usual;    // "0 to 100"
  std::string text;     // in words
  FailingRow row;       // the first one; empty of a batch
};

struct HistogramBin {
  double low = 0, high = 0;
  uint64_t count = 0;
};

struct ColumnProfile {
  std::string name, type, json_path;
  uint64_t rows = 0, nulls = 0, distinct = 0;
  bool distinct_exact = true;  // else within 2.5 %
  bool has_rule = false;
  std::string least, most;                           // as text
  std::vector<std::pair<double, double>> quantiles;  // share, value; of numbers
  std::vector<HistogramBin> histogram;               // of numbers; counts by quantile sketch
  std::vector<std::pair<std::string, uint64_t>> top;
  std::vector<std::pair<std::string, uint64_t>> forms;  // of texts: date, email, code...
  double mean_length = 0;
};

struct TableProfile {
  std::string name, json_path;
  uint64_t rows = 0, bytes = 0;
  std::vector<ColumnProfile> columns;
};

/// A reference between tables as the rules have it, for a map.
struct RelationUse {
  std::string table, ref_table;
  std::vector<std::string> columns, ref_columns;
  uint64_t rows = 0, orphan_rows = 0, orphan_keys = 0;
  bool has_capacity = false;
  double capacity_used = 0;  // children / seats, over all parents
  uint64_t over_full = 0;    // parents
};

/// Planted faults of one kind against findings: see ValidateOptions::truth.
struct FaultScore {
  std::string kind;
  uint64_t planted = 0, found = 0;
  uint64_t healed = 0;  // late parents that have come by now: no fault any more
  uint64_t findings = 0, false_findings = 0;  // failing rows of rules that look for this kind
  double recall = 1, precision = 1;
};

struct ValidationReport {
  std::string folder;        // as it was named
  std::string rules_source;  // a file's name, or "suggested"
  uint64_t run = 1;          // counts the validations of this folder
  Score score;
  std::optional<double> last_score;  // of the run before
  std::vector<std::string> changes;  // since the run before, in words
  std::vector<RuleResult> rules;     // as declared
  std::vector<Anomaly> anomalies;    // strongest first
  uint64_t anomaly_count = 0;        // all, also those that are not listed
  std::vector<TableProfile> tables;  // by name
  std::vector<RelationUse> relations;
  std::vector<FaultScore> faults;         // by kind, if planted faults were named
  std::vector<std::string> fault_misses;  // some that were missed, and findings that are none
  std::vector<std::string> notes;         // surprises worth a line each
  std::map<std::string, double> seconds;  // by stage; of this run, so no part of written reports
};

}  // namespace roost
