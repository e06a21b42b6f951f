#include "validate/explain.h"

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
    std::string own;
    for (const Rule& rule : rules) {
      if (IsRowRule(rule.kind) && !rule.is_absent && rule.table == &table) own += Line(rule);
    }
    if (own.empty()) continue;
    plan += "one pass over " + table.name() + ", " + std::to_string(table.rows) + " rows:\n" + own;
  }
  for (const Rule& rule : rules) {
    if (IsRowRule(rule.kind) && !rule.is_absent) continue;
    if (rule.is_absent) {
      plan += "not there yet:\n" + Line(rule);
      continue;
    }
    std::string sql = ShownSql(rule, {});
    plan += (sql.empty() ? "by itself:\n" : "by SQL:\n") + Line(rule);
    if (!sql.empty()) plan += "    " + sql + "\n";
  }
  return plan;
}

}  // namespace roost::validate
