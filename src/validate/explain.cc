#include "validate/explain.h"

#include "validate/row_check.h"
#include "validate/row_local.h"
#include "validate/rule_sql.h"

namespace roost::validate {

namespace {

std::string Line(const Rule& rule) {
  return "  " + rule.name + " (" + NameOf(rule.severity) + "): " + WordsOf(rule) + "\n";
}

}  // namespace

std::string Explain(const Tables& tables, const std::vector<Rule>& rules) {
  std::string plan;
  for (const TableInfo& table : tables.all()) {
    std::string native, by_sql, in_full;
    for (const Rule& rule : rules) {
      if (!IsRowRule(rule.kind) || rule.is_absent || rule.table != &table) continue;
      std::string& list = RowCheck::Make(rule) ? native : SeesOnlyRow(rule) ? by_sql : in_full;
      list += Line(rule);
    }
    std::string all = table.name() + ", " + std::to_string(table.rows) + " rows";
    if (!native.empty()) {
      plan += "one pass over " + all + ", later only over new parts:\n" + native;
    }
    if (!by_sql.empty()) {
      plan += "one query over " + all + ", later only over new parts:\n" + by_sql;
    }
    if (!in_full.empty()) plan += "one query over " + all + ", each time in full:\n" + in_full;
  }
  plan +=
      "beside the rules: strange values and rows of all tables, by the same passes and a sample "
      "(no "
      "part of the score)\n";
  for (const Rule& rule : rules) {
    if (IsRowRule(rule.kind) && !rule.is_absent) continue;
    if (rule.is_absent) {
      plan += "not there yet:\n" + Line(rule);
      continue;
    }
    std::string sql = ShownSql(rule, {});
    if (IsByKeys(rule, {})) {
      plan += "by the keys of its parts, later only of new ones; rows that fail by SQL:\n" +
              Line(rule) + "    " + sql + "\n";
      continue;
    }
    plan += (sql.empty() ? "by itself:\n" : "by SQL, each time in full:\n") + Line(rule);
    if (!sql.empty()) plan += "    " + sql + "\n";
  }
  return plan;
}

}  // namespace roost::validate
