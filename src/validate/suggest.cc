#include "validate/suggest.h"

#include <algorithm>

#include "query/answer.h"
#include "validate/rule_sql.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

/// _copy_numbers: the numbers of files whose content came before.
Status FindCopies(const query::Session& session) {
  const auto& views = session.views();
  bool has_ledger = std::find(views.begin(), views.end(), "_roost_ledger") != views.end();
  std::string select =
      has_ledger ? "SELECT unnest(range(first_number, first_number + numbers)) AS number FROM "
                   "(SELECT first_number, numbers, row_number() OVER (PARTITION BY hash, bytes "
                   "ORDER BY first_number) AS place FROM " +
                       std::string(kFilesTaken) + " WHERE numbers > 0) WHERE place > 1"
                 : "SELECT 0::BIGINT AS number WHERE false";
  return query::Do(session, "CREATE TEMP TABLE _copy_numbers AS " + select).status();
}

void SuggestFiles(Suggestions& all) {
  for (bool whole : {true, false}) {
    Rule rule;
    rule.kind = Kind::kFiles;
    rule.name = whole ? "files.whole" : "files.distinct";
    rule.whole_files = whole;
    rule.distinct_files = !whole;
    rule.suggested = true;
    rule.evidence = "true of any folder of results";
    all.rules.push_back(std::move(rule));
  }
}

}  // namespace

Rule& Suggestions::Add(Kind kind, const TableInfo& table, std::vector<const Field*> fields,
                       const std::string& name) {
  Rule& rule = rules.emplace_back();
  rule.kind = kind;
  rule.table = &table;
  rule.fields = std::move(fields);
  rule.name = table.name() + "." + name;
  rule.suggested = true;
  return rule;
}

std::string RowsOf(const Suggestions& all, const TableInfo& table, int half) {
  std::string id = "\"" + table.id + "\"";
  // A file goes to one half as a whole: what its rows have in common is not in both.
  std::string side = all.tables.is_store() ? "(" + id + " >> 24)" : "(" + id + " // 1000)";
  std::string where =
      all.tables.is_store() ? side + " NOT IN (SELECT number FROM _copy_numbers)" : "true";
  if (half >= 0) where += " AND " + side + " % 2 = " + std::to_string(half);
  std::string name = "\"";
  for (char c : table.name()) name += c == '"' ? "\"\"" : std::string(1, c);
  return "(SELECT * FROM " + name + "\" WHERE " + where + ")";
}

Result<RuleSet> Suggest(const Tables& tables, const SuggestOptions& options) {
  query::SpillFolder folder;
  if (folder.path().empty()) return Status::IOError("there is no room for temporary files");
  query::SessionOptions session_options;
  session_options.threads = options.threads;
  session_options.memory_bytes = options.memory_bytes;
  session_options.technical = true;
  session_options.writable_folder = folder.path();
  session_options.should_stop = options.should_stop;
  ROOST_ASSIGN(query::Session session, query::Session::Open(tables.catalog(), session_options));
  ROOST_TRY(FindCopies(session));
  Suggestions all{tables, session};
  if (tables.is_store()) SuggestFiles(all);
  ROOST_TRY(SuggestKeys(all, folder.path(), options.threads, options.memory_bytes));
  for (const TableInfo& table : tables.all()) {
    if (table.rows == 0) continue;
    ROOST_TRY(SuggestDependencies(all, table));
    ROOST_TRY(SuggestColumns(all, table));
    ROOST_TRY(SuggestRanges(all, table));
    ROOST_TRY(SuggestFormulas(all, table));
  }
  return RuleSet{.source = "suggested", .rules = std::move(all.rules), .is_made_now = true};
}

}  // namespace roost::validate
