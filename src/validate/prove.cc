#include "validate/prove.h"

#include <fmt/format.h>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/rule_sql.h"

namespace roost::validate {

namespace {

constexpr int kSampleRows = 1000;
// Far from anything, but within 53 bits.
constexpr const char* kFarNumbers[] = {"-1000000007", "1000000007", "0", "0.123"};

std::string MainOf(const Rule& rule) { return SqlName(rule.fields[0]->name); }

std::string ValueFar(const Field& field, const std::string& number) {
  switch (KindOf(field.type())) {
    case ValueKind::kNumber:
      return number;
    case ValueKind::kBool:
      return "NOT " + SqlName(field.name);
    case ValueKind::kDate:
    case ValueKind::kTimestamp:
      return number[0] == '-' ? "DATE '1001-01-01'" : "DATE '9001-01-01'";
    default:
      return SqlText("no such value " + number);
  }
}

class Prover {
 public:
  explicit Prover(const query::Session& session) : session_(session) {}

  Result<RuleProof> Try(const Rule& declared) {
    RuleProof proof{declared.name, true, false, ""};
    Rule rule = declared;
    std::vector<std::string> changes = ChangesFor(rule);
    if (rule.is_absent || changes.empty()) {
      proof.is_tried = false;
      return proof;
    }
    for (const std::string& change : changes) {
      ROOST_TRY(CopySample(rule));
      ROOST_ASSIGN(uint64_t before, CountBad(rule));
      Status status = query::Do(session_, change).status();
      auto after = status.ok() ? CountBad(rule) : Result<uint64_t>(status);
      ROOST_TRY(DropSample(rule));
      proof.can_fail = after.ok() && *after > before;
      proof.change = change;
      if (proof.can_fail) break;
    }
    return proof;
  }

 private:
  /// The table whose rows are changed: of a capacity the children's.
  static const TableInfo& Changed(const Rule& rule) {
    return rule.kind == Kind::kCapacity ? *rule.other_table : *rule.table;
  }

  Status CopySample(const Rule& rule) {
    const TableInfo& table = Changed(rule);
    std::string name = SqlName(table.name());
    std::string add;
    if (rule.kind == Kind::kType) add = ", NULL::VARCHAR AS " + SqlName(added_.name);
    return query::Do(session_, fmt::format("CREATE TEMP TABLE {0} AS SELECT *{1} FROM "
                                           "memory.main.{0} ORDER BY {2} LIMIT {3}",
                                           name, add, SqlName(table.id), kSampleRows))
        .status();
  }
  Status DropSample(const Rule& rule) {
    return query::Do(session_, "DROP TABLE temp." + SqlName(Changed(rule).name())).status();
  }

  Result<uint64_t> CountBad(const Rule& rule) {
    std::string bad = IsRowRule(rule.kind) ? "SELECT 1 FROM " + SqlName(rule.table->name()) +
                                                 " WHERE " + ConditionsOf(rule).failed
                                           : QueriesOf(rule, {}).bad;
    ROOST_ASSIGN(query::Answer answer, query::Ask(session_, "SELECT count(*) FROM (" + bad + ")"));
    return answer.Count();
  }

  std::string Set(const Rule& rule, const std::string& what) const {
    return "UPDATE temp." + SqlName(Changed(rule).name()) + " SET " + what;
  }
  std::string Set(const Rule& rule, const Field& field, const std::string& value) const {
    return Set(rule, SqlName(field.name) + " = " + value);
  }

  /// Statements, one of which should break the rule. A type rule gets a column of another type.
  std::vector<std::string> ChangesFor(Rule& rule) {
    if (rule.is_absent) return {};
    switch (rule.kind) {
      case Kind::kNotNull:
      case Kind::kNullShare:
        return {SetNull(rule)};
      case Kind::kRange:
      case Kind::kSet:
        return FarValues(rule, {rule.fields[0]});
      case Kind::kPattern:
        return {Set(rule, *rule.fields[0], "'\u00a7'"), Set(rule, *rule.fields[0], "''")};
      case Kind::kLength:
        return {Set(rule, *rule.fields[0], "repeat('x', 100000)"),
                Set(rule, *rule.fields[0], "''")};
      case Kind::kType:
        return AddedType(rule);
      case Kind::kExpression:
        return FarValues(rule, rule.fields);
      case Kind::kReference:
        return FarValues(rule, rule.fields);
      case Kind::kUnique:
        return {RepeatRows(rule, 1)};
      case Kind::kCompare:
        return {RepeatRows(rule, 100)};
      case Kind::kDependency:
        return {RepeatRows(rule, 1) + "; " +
                Set(rule, *rule.fields[0], ValueFar(*rule.fields[0], "1000000007")) + " WHERE " +
                SqlName(rule.table->id) + " > 1000000000000000000"};
      case Kind::kCapacity:
        return {Set(rule, *rule.other_fields[0],
                    "(SELECT min(" + MainOf(rule) + ") FROM " + SqlName(rule.table->name()) + ")"),
                "DELETE FROM temp." + SqlName(Changed(rule).name())};
      default:
        return {};
    }
  }

  std::string SetNull(const Rule& rule) const {
    std::string what;
    for (const shred::FinalColumn* column : rule.fields[0]->columns) {
      what += (what.empty() ? "" : ", ") + SqlName(column->name) + " = NULL";
    }
    return Set(rule, what);
  }

  std::vector<std::string> FarValues(const Rule& rule,
                                     const std::vector<const Field*>& fields) const {
    std::vector<std::string> changes;
    for (const Field* field : fields) {
      for (const char* number : kFarNumbers) {
        changes.push_back(Set(rule, *field, ValueFar(*field, number)));
      }
    }
    return changes;
  }

  std::vector<std::string> AddedType(Rule& rule) {
    added_ = {};
    added_.name = "_roost_other_type";
    added_.type = rule.type == ValueType::kText ? shred::FinalType::kJson : shred::FinalType::kText;
    changed_field_ = *rule.fields[0];
    changed_field_.columns.push_back(&added_);
    rule.fields = {&changed_field_};
    return {Set(rule, SqlName(added_.name) + " = 'x'")};
  }

  /// The same rows again, under ids of their own.
  std::string RepeatRows(const Rule& rule, int times) const {
    std::string name = "temp." + SqlName(Changed(rule).name());
    std::string id = SqlName(Changed(rule).id);
    return fmt::format(
        "INSERT INTO {0} SELECT r.* REPLACE (r.{1} + 1000000000000000000 + k AS {1}) "
        "FROM {0} r, range({2}) AS again(k)",
        name, id, times);
  }

  const query::Session& session_;
  shred::FinalColumn added_;
  Field changed_field_;
};

}  // namespace

Result<std::vector<RuleProof>> Prove(const query::Session& session,
                                     const std::vector<Rule>& rules) {
  Prover prover(session);
  std::vector<RuleProof> proofs;
  for (const Rule& rule : rules) {
    ROOST_ASSIGN(RuleProof proof, prover.Try(rule));
    proofs.push_back(std::move(proof));
  }
  return proofs;
}

}  // namespace roost::validate
