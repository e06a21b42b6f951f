#include "validate/score.h"

#include <algorithm>
#include <array>

#include "validate/rule.h"

namespace roost::validate {

namespace {

constexpr double kCriticalCap = 59, kErrorCap = 89;

double WeightOf(Severity severity) {
  constexpr std::array kWeights = {1.0, 2.0, 4.0};
  return kWeights[static_cast<size_t>(severity)];
}

bool IsBad(const RuleResult& rule) {
  return rule.outcome == Outcome::kFailed || rule.outcome == Outcome::kNotRun;
}

void Weigh(RuleResult& rule) {
  rule.points_lost = 0;
  if (rule.outcome == Outcome::kNotRun) {
    rule.p = 0;
    rule.weight = WeightOf(rule.severity);
    return;
  }
  if (rule.kind == NameOf(Kind::kAnomaly)) {  // strange is not wrong
    rule.p = 1;
    rule.weight = 0;
    return;
  }
  double tested = static_cast<double>(rule.tested), failed = static_cast<double>(rule.failed);
  rule.p = rule.tested == 0 ? 1 : std::max(0.0, 1 - failed / tested);
  rule.weight = rule.tested == 0 ? 0 : WeightOf(rule.severity);
}

/// The worst failed rule decides.
void Cap(Score& score, const std::vector<RuleResult>& rules) {
  for (const RuleResult& rule : rules) {
    bool is_anomaly = rule.kind == NameOf(Kind::kAnomaly);
    if (!IsBad(rule) || is_anomaly || rule.severity == Severity::kWarning) continue;
    double cap = rule.severity == Severity::kCritical ? kCriticalCap : kErrorCap;
    if (cap >= score.cap) continue;
    score.cap = cap;
    score.cap_reason = std::string(NameOf(rule.severity)) + " rule " + rule.name +
                       (rule.outcome == Outcome::kNotRun ? " could not run" : " failed");
  }
}

}  // namespace

void ScoreRules(ValidationReport& report) {
  struct Sum {
    uint64_t rules = 0;
    double weight = 0, points = 0;
  };
  std::array<Sum, kDimensions> sums;
  Score& score = report.score;
  for (RuleResult& rule : report.rules) {
    Weigh(rule);
    score.rules_declared += rule.kind != NameOf(Kind::kAnomaly);
    score.rules_run += rule.weight > 0 && rule.outcome != Outcome::kNotRun;
    if (rule.weight == 0) continue;
    Sum& sum = sums[static_cast<size_t>(rule.dimension)];
    ++sum.rules;
    sum.weight += rule.weight;
    sum.points += rule.weight * rule.p;
  }
  double total = 0;
  for (size_t d = 0; d < kDimensions; ++d) {
    if (sums[d].rules == 0) continue;
    double points = 100 * sums[d].points / sums[d].weight;
    score.dimensions.push_back({static_cast<Dimension>(d), sums[d].rules, points});
    total += points;
  }
  if (score.dimensions.empty()) return;
  auto count = static_cast<double>(score.dimensions.size());
  for (RuleResult& rule : report.rules) {
    if (rule.weight == 0) continue;
    double share = rule.weight / sums[static_cast<size_t>(rule.dimension)].weight;
    rule.points_lost = 100 * share * (1 - rule.p) / count;
  }
  score.before_cap = total / count;
  Cap(score, report.rules);
  score.overall = std::min(score.before_cap, score.cap);
}

}  // namespace roost::validate
