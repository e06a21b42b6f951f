#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/judge.h"

namespace roost::validate {

namespace {

std::string Counted(uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

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
  for (const PastRows& each : state_.RowsOf(rule.table->name())) {
    past.push_back(static_cast<double>(each.rows));
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

/// The shapes that a drift rule is measured from, and what they are called.
Result<const Shapes*> Judge::BaselineOf(const Rule& rule, std::string& name) {
  if (rule.baseline.empty()) {
    name = state_.last() ? fmt::format("run {}", state_.last()->run) : "the last run";
    return &state_.shapes;
  }
  bool is_run = rule.baseline.find_first_not_of("0123456789") == std::string::npos;
  name = is_run ? "run " + rule.baseline : rule.baseline;
  auto known = baselines_.find(rule.baseline);
  if (known != baselines_.end()) return &known->second;
  std::string file =
      is_run ? tables_.folder() + "/_roost/runs/" + rule.baseline + ".json" : rule.baseline;
  ROOST_ASSIGN(baselines_[rule.baseline], ReadShapes(file));
  return &baselines_[rule.baseline];
}

Status Judge::JudgeDrift(const Rule& rule, RuleResult& result) {
  std::string against;
  ROOST_ASSIGN(const Shapes* shapes, BaselineOf(rule, against));
  const std::string& name = rule.fields[0]->name;
  auto table = shapes->find(rule.table->name());
  if (table == shapes->end() || !table->second.contains(name)) {
    if (!rule.baseline.empty()) return Status::Invalid(against, " knows no such column");
    result.message = "there is no earlier run to compare with";
    return Status::OK();
  }
  auto place = static_cast<size_t>(rule.table - tables_.all().data());
  auto field = static_cast<size_t>(rule.fields[0] - rule.table->fields.data());
  const ColumnShape& before = table->second.at(name);
  ColumnShape now = ShapeOf(profiles_[place][field]);
  if (now.is_empty() || before.is_empty()) {
    result.message = "it has no values " + (now.is_empty() ? std::string("now") : "in " + against);
    return Status::OK();
  }
  result.drift = DriftBetween(before, now);
  if (!result.drift) {
    bool were_numbers = !before.quantiles.empty();
    return Status::Invalid("its values are ", were_numbers ? "no numbers" : "numbers",
                           ", those of ", against, were_numbers ? " are" : " are none");
  }
  result.drift->against = against;
  result.tested = 1;
  result.failed = result.drift->distance > rule.share;
  result.message = fmt::format(
      "its distribution is {:.3f} {} from that of {} (PSI {:.3f})", result.drift->distance,
      result.drift->is_wasserstein ? "quartile distances" : "of 1", against, result.drift->psi);
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
