#include "validate/suggest.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/sql_text.h"
#include "query/answer.h"
#include "validate/rule_sql.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

constexpr uint64_t kLeastSample = 1 << 18;  // rows
constexpr const char* kSample = "_sample";

/// _copy_numbers: the numbers of files whose content came before. Says whether there are any.
Result<bool> FindCopies(const query::Session& session) {
  const auto& views = session.views();
  bool has_ledger = std::find(views.begin(), views.end(), "_roost_ledger") != views.end();
  std::string select =
      has_ledger ? "SELECT unnest(range(first_number, first_number + numbers)) AS number FROM "
                   "(SELECT first_number, numbers, row_number() OVER (PARTITION BY hash, bytes "
                   "ORDER BY first_number) AS place FROM " +
                       std::string(kFilesTaken) + " WHERE numbers > 0) WHERE place > 1"
                 : "SELECT 0::BIGINT AS number WHERE false";
  ROOST_TRY(query::Do(session, "CREATE TEMP TABLE _copy_numbers AS " + select).status());
  ROOST_ASSIGN(auto count, query::Ask(session, "SELECT count(*) FROM _copy_numbers"));
  return count.Count() > 0;
}

/// _sample: rows of a large table, its numbers and texts. By the hash of their ids: the same for
/// the same rows, and fair.
Status MakeSample(const Suggestions& all, const TableInfo& table) {
  std::string columns = SqlName(table.id);
  for (const Field& field : table.fields) {
    ValueKind kind = KindOf(field.type());
    if (kind == ValueKind::kNumber || kind == ValueKind::kText) {
      columns += ", " + SqlName(field.name);
    }
  }
  uint64_t most = UINT64_MAX / SampledEvery(all, table);
  std::string select = "SELECT " + columns + " FROM " + RowsOf(all, table) + " WHERE hash(" +
                       SqlName(table.id) + ") <= " + std::to_string(most);
  return query::Do(all.session,
                   std::string("CREATE OR REPLACE TEMP TABLE ") + kSample + " AS " + select)
      .status();
}

Status SuggestForTable(Suggestions& all, const TableInfo& table) {
  if (all.IsLarge(table)) ROOST_TRY(MakeSample(all, table));
  ROOST_TRY(SuggestDependencies(all, table));
  ROOST_TRY(SuggestColumns(all, table));
  ROOST_TRY(SuggestRanges(all, table));
  return SuggestFormulas(all, table);
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
  for (int again = 2; !names.insert(rule.name).second; ++again) {  // as rule files are read
    rule.name = table.name() + "." + name + "_" + std::to_string(again);
  }
  rule.suggested = true;
  return rule;
}

/// A file goes to one half as a whole: what its rows have in common is not in both.
std::string SideOf(const Suggestions& all, const TableInfo& table) {
  std::string id = SqlName(table.id);
  return all.tables.is_store() ? "(" + id + " >> 24)" : "(" + id + " // 1000)";
}

std::string RowsOf(const Suggestions& all, const TableInfo& table, int half) {
  std::string side = SideOf(all, table);
  std::string where =
      all.tables.is_store() ? side + " NOT IN (SELECT number FROM _copy_numbers)" : "true";
  if (half >= 0) where += " AND " + side + " % 2 = " + std::to_string(half);
  return "(SELECT * FROM " + SqlName(table.name()) + " WHERE " + where + ")";
}

std::string SampleOf(const Suggestions& all, const TableInfo& table, int half) {
  if (!all.IsLarge(table)) return RowsOf(all, table, half);
  if (half < 0) return kSample;
  return std::string("(SELECT * FROM ") + kSample + " WHERE " + SideOf(all, table) +
         " % 2 = " + std::to_string(half) + ")";
}

uint64_t SampledEvery(const Suggestions& all, const TableInfo& table) {
  return all.IsLarge(table) ? std::bit_floor(std::max<uint64_t>(1, table.rows / kLeastSample)) : 1;
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
  ROOST_ASSIGN(bool has_copies, FindCopies(session));
  Suggestions all{tables, session, options, has_copies};
  if (tables.is_store()) SuggestFiles(all);
  ROOST_TRY(SuggestKeys(all, folder.path()));
  for (const TableInfo& table : tables.all()) {
    if (table.rows > 0) ROOST_TRY(SuggestForTable(all, table));
  }
  return RuleSet{.source = "suggested", .rules = std::move(all.rules), .is_made_now = true};
}

}  // namespace roost::validate
