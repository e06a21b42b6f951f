// Puts what a validation found into the words that all views share.
#pragma once

#include <string>
#include <vector>

#include "roost/validation_report.h"

namespace roost::report {

enum class Fitness : uint8_t { kFit, kFitWithWarnings, kUnfit, kUntold, kNotAssessed };

/// The answer to the first question: may these tables be used?
struct Verdict {
  Fitness fitness = Fitness::kNotAssessed;
  std::string headline;  // "Not fit for use"
  std::string sentence;  // "2 of 48 rules fail, one of them critical."
};
Verdict Judge(const ValidationReport& report);

/// Rules that failed, could not run, or warned: the worst first.
std::vector<const RuleResult*> Findings(const ValidationReport& report);
/// The others, as declared.
std::vector<const RuleResult*> PassedRules(const ValidationReport& report);
/// Rules that cost points, the dearest first.
std::vector<const RuleResult*> RulesWithLoss(const ValidationReport& report);

uint64_t RowsOf(const ValidationReport& report);
uint64_t ColumnsOf(const ValidationReport& report);

/// "0.24 %"; what is not nothing is never "0 %", what is not all never "100 %".
std::string ShareText(uint64_t part, uint64_t whole);
std::string ShareText(double share);
/// "87.5", of 100; 99.99 is not 100.
std::string ScoreText(double score);
/// Up to six digits.
std::string NumberText(double number);
/// "up 3.2 from 84.3"
std::string ScoreChange(const ValidationReport& report);

/// "1,204 of 506,912 rows (0.24 %)"
std::string CountsText(const RuleResult& rule);
/// "students: no two rows have the same student_id"
std::string TitleText(const RuleResult& rule);
/// The message of a finding where it says more than its counts do; else empty.
std::string MoreThanCounts(const RuleResult& rule);
/// "failed, critical"
std::string OutcomeText(const RuleResult& rule);
/// "result_000003.json, byte 120, $.students[3]"
std::string PlaceText(const FailingRow& row);
/// "classes.teacher_id → teachers.teacher_id"
std::string ReferenceText(const RelationUse& relation);

/// The shares of failing rows, run by run, this one last.
std::vector<double> FailedShares(const ValidationReport& report, const RuleResult& rule);
/// As text: one block for each.
std::string SparkText(const std::vector<double>& shares);

}  // namespace roost::report
