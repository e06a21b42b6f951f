// Judges a folder of tables by rules: findings with exact counts, and a score that is explained.
//
// docs/validate.md is the manual of rule files. What could not be judged is a finding of its own
// and never good. Safe to call from several threads on different folders.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "roost/status.h"
#include "roost/validation_report.h"

namespace roost {

constexpr const char* kRulesFile = "rules.yaml";

struct ValidateOptions {
  std::string folder;             // OUT of an ingest, or any folder of Parquet files
  std::string rules;              // a rule file; default: rules.yaml in `folder`, else suggested
  std::vector<std::string> only;  // rules, tables or tags; empty: all
  std::string truth;              // _truth.json of a world: to compare findings with
  bool write_state = true;        // failing rows and history, below `folder`/_roost
  bool full = false;              // reads all parts again, whatever is known of them
  size_t samples = 10;            // failing rows to list of each rule
  unsigned threads = 0;           // 0: one per core
  uint64_t memory_bytes = 1ull << 30;
  std::function<Status(const RuleResult&)> on_finding;  // for each rule that warned, failed, or
                                                        // could not run
  /// Asked often, by several threads; once it is true, nothing is written and Cancelled returned.
  std::function<bool()> should_stop;
};
Result<ValidationReport> Validate(const ValidateOptions& options);

/// Which rules share a pass, and the SQL of the others: for people, before anything runs.
Result<std::string> ExplainRules(const ValidateOptions& options);

struct RuleProof {
  std::string rule;
  bool is_tried = true;   // rules of files, history and a user's own SQL are not
  bool can_fail = false;  // a change of the data made it fail
  std::string change;     // the last statement that was tried on a sample
};
/// Changes samples of the tables so that each rule has to fail; the tables stay as they are.
Result<std::vector<RuleProof>> ProveRules(const ValidateOptions& options);

/// A rule file with what nearly all rows keep, and the evidence of each rule.
Result<std::string> SuggestRules(const ValidateOptions& options);

/// The JSON Schema of rule files, for editors.
std::string RulesSchemaJson();

/// The finding as one JSON object on one line.
std::string FindingJson(const RuleResult& rule);

}  // namespace roost
