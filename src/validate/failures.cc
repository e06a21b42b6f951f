#include "validate/failures.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "base/sql_text.h"
#include "query/answer.h"

namespace roost::validate {

namespace {

/// How a row's place in its document is written: SQL for the path, and the joins it needs.
struct PlaceSql {
  std::string path, root_id, joins;
};

/// $.orders[*].lines[*] -> $.orders[ and ].lines[ and ]
std::vector<std::string> Pieces(const std::string& json_path) {
  std::vector<std::string> pieces;
  size_t begin = 0;
  for (size_t at = json_path.find("[*]"); at != std::string::npos;
       at = json_path.find("[*]", begin)) {
    pieces.push_back(json_path.substr(begin, at - begin) + "[");
    begin = at + 2;
  }
  pieces.push_back(json_path.substr(begin));
  return pieces;
}

const TableInfo* OnlyParent(const Tables& tables, const TableInfo& table) {
  const auto& names = table.stored->facts.table.parent_names;
  return names.size() == 1 ? tables.Find(names[0]) : nullptr;
}

/// Walks up from `t`: each level of arrays gives one index.
PlaceSql PlaceOf(const Tables& tables, const TableInfo& table) {
  const shred::FinalTable* facts = &table.stored->facts.table;
  std::vector<std::string> pieces = Pieces(facts->json_path);
  PlaceSql place;
  std::vector<std::string> indexes;
  std::string alias = "t";
  place.root_id = alias + "." + SqlName(table.id);
  const TableInfo* level = &table;
  for (size_t depth = 1; depth < pieces.size(); ++depth) {
    if (facts->index_name.empty() || facts->parent_name.empty()) break;
    indexes.push_back(alias + "." + SqlName(facts->index_name));
    place.root_id = alias + "." + SqlName(facts->parent_name);
    const TableInfo* parent = OnlyParent(tables, *level);
    if (!parent || parent->stored->facts.table.kind == shred::TableKind::kRoot) break;
    std::string next = fmt::format("p{}", depth);
    place.joins += fmt::format(" LEFT JOIN {} {} ON {}.{} = {}", SqlName(parent->name()), next,
                               next, SqlName(parent->id), place.root_id);
    alias = next;
    level = parent;
    facts = &parent->stored->facts.table;
  }
  if (indexes.size() + 1 != pieces.size()) {
    place.path = SqlText(table.stored->facts.table.json_path);
    return place;
  }
  std::reverse(indexes.begin(), indexes.end());
  place.path = "concat(" + SqlText(pieces[0]);
  for (size_t i = 0; i < indexes.size(); ++i) {
    place.path += ", " + indexes[i] + ", " + SqlText(pieces[i + 1]);
  }
  place.path += ")";
  return place;
}

int64_t NumberOf(const std::string& text) {
  int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// What of a query stands outside of brackets, quotes and comments.
std::string OuterText(std::string_view sql) {
  std::string outer;
  int depth = 0;
  for (size_t i = 0; i < sql.size(); ++i) {
    const std::string_view rest = sql.substr(i);
    size_t end = 0;  // of a quote or comment
    if (rest[0] == '\'' || rest[0] == '"') {
      end = sql.find(rest[0], i + 1);
    } else if (rest.starts_with("--")) {
      end = sql.find('\n', i);
    } else if (rest.starts_with("/*")) {
      end = sql.find("*/", i + 2);
    } else {
      depth += (rest[0] == '(' ? 1 : 0) - (rest[0] == ')' ? 1 : 0);
      if (depth == 0) outer += rest[0];
      continue;
    }
    outer += ' ';
    if (end == std::string_view::npos) break;
    i = end;
  }
  return outer;
}

bool HasOwnOrder(std::string_view select) {
  static const RE2 order(R"((?i)\border\s+by\b)");
  return RE2::PartialMatch(OuterText(select), order);
}

constexpr uint64_t kFew = 1000;    // rows, of which a query can list all
constexpr size_t kOwnColumns = 5;  // in front of the table's: see WideSelect

/// The rule's name with everything but letters, digits, . - _ made _.
std::string FailuresFileName(const std::string& rule, const std::string& number = "") {
  std::string name;
  for (char c : rule) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '.' || c == '-' || c == '_' || c == '+';
    name += plain ? c : '_';
  }
  if (name.size() > 200) name.resize(200);
  return (name.starts_with('.') ? "_" + name : name) + number + ".parquet";
}

}  // namespace

/// _files: from which number on a file's rows are, its name, how many records it has.
Status Failures::MakeFileTable() {
  if (has_files_) return Status::OK();
  has_files_ = true;
  std::string select;
  if (tables_.is_store()) {
    const auto& views = session_.views();
    bool has_ledger = std::find(views.begin(), views.end(), "_roost_ledger") != views.end();
    select = has_ledger ? "SELECT first_number, numbers, path, records FROM _roost_ledger WHERE "
                          "numbers > 0"
                        : "SELECT 0::BIGINT AS first_number, 0::BIGINT AS numbers, '' AS path, "
                          "0::BIGINT AS records WHERE false";
  } else {
    select =
        "SELECT NULL::BIGINT AS first_number, 0::BIGINT AS numbers, ''::VARCHAR AS path, "
        "0::BIGINT AS records WHERE false";
  }
  return query::Do(session_, "CREATE OR REPLACE TEMP TABLE _files AS " + select).status();
}

std::string Failures::WideSelect(const TableInfo& table, const std::string& from) const {
  std::string id = "t." + SqlName(table.id);
  std::string join = " FROM _bad b JOIN " + from + " t ON " + id + " = b.id";
  if (!tables_.is_store()) {
    std::string file = "CASE";
    const auto& parts = table.stored->part_paths;
    for (size_t i = 0; i < parts.size(); ++i) {
      file += fmt::format(" WHEN {} >> 40 = {} THEN {}", id, i, SqlText(parts[i]));
    }
    return "SELECT b.reason AS _reason, " + file + " END AS _file, (" + id +
           " & 1099511627775) AS _record, NULL::BIGINT AS _offset, ''::VARCHAR AS _json_path, t.*" +
           join;
  }
  PlaceSql place = PlaceOf(tables_, table);
  // Where a file has one number, its root rows are its records, in order; one record begins at 0.
  return "SELECT b.reason AS _reason, f.path AS _file, CASE WHEN f.numbers = 1 THEN " +
         place.root_id +
         " & 16777215 END AS _record, CASE WHEN f.records = 1 THEN 0::BIGINT END "
         "AS _offset, " +
         place.path + " AS _json_path, t.*" + join + place.joins + " ASOF LEFT JOIN _files f ON (" +
         id + " >> 24) >= f.first_number";
}

/// What gives the rows with these ids, if they are few: DuckDB then skips what holds none of them.
Result<std::string> Failures::FewRows(const TableInfo& table, const std::string& ids) const {
  std::string all = SqlName(table.name());
  if (tables_.is_store()) return all;
  ROOST_ASSIGN(query::Answer rows, query::Ask(session_,
                                              "SELECT DISTINCT id >> 40 AS part, id & "
                                              "1099511627775 AS n FROM (" +
                                                  ids + fmt::format(") LIMIT {}", kFew + 1)));
  if (rows.rows.size() > kFew) return all;
  std::set<size_t> parts;
  std::string list;
  for (size_t r = 0; r < rows.rows.size(); ++r) {
    parts.insert(static_cast<size_t>(NumberOf(rows.Text(r, 0))));
    list += (r == 0 ? "" : ", ") + rows.Text(r, 1);
  }
  std::string select = session_.SelectOf(table.name(), {parts.begin(), parts.end()});
  return select.empty() ? all : "(" + select + " WHERE file_row_number IN (" + list + "))";
}

Status Failures::Take(const TableInfo& table, const std::string& bad, RuleResult& result,
                      const std::string& from) {
  ROOST_TRY(query::Do(session_, "CREATE OR REPLACE TEMP TABLE _bad AS " + bad).status());
  ROOST_ASSIGN(query::Answer count, query::Ask(session_, "SELECT count(*) FROM _bad"));
  result.failed = count.Count();
  if (result.failed == 0) return Status::OK();
  std::string rows = from;
  if (rows.empty()) {
    ROOST_ASSIGN(rows, FewRows(table, "FROM _bad"));
  }
  return TakePlaced(WideSelect(table, rows) + " ORDER BY t." + SqlName(table.id), result);
}

Status Failures::TakeKnown(const TableInfo& table, const std::string& bad, RuleResult& result,
                           const std::string& from) {
  std::string id = SqlName(table.id), unknown = "FROM _bad ANTI JOIN _known k ON _bad.id = k." + id;
  ROOST_TRY(query::Do(session_, "CREATE OR REPLACE TEMP TABLE _bad AS " + bad).status());
  ROOST_ASSIGN(query::Answer count, query::Ask(session_, "SELECT count(*), (SELECT count(*) " +
                                                             unknown + ") FROM _bad"));
  result.failed = count.Count();
  if (result.failed == 0) return Status::OK();
  std::string select =
      "SELECT b.reason AS _reason, k.* EXCLUDE (_reason) FROM _bad b JOIN _known k "
      "ON k." +
      id + " = b.id";
  if (count.Count(1) > 0) {
    std::string rows = from;
    if (rows.empty()) {
      ROOST_ASSIGN(rows, FewRows(table, unknown));
    }
    select += " UNION ALL " + WideSelect(table, rows) + " WHERE b.id NOT IN (SELECT " + id +
              " FROM _known)";
  }
  return TakePlaced("FROM (" + select + ") ORDER BY " + id, result);
}

Status Failures::TakeQuery(const std::string& select, RuleResult& result) {
  ROOST_TRY(query::CheckSelect(session_, select));
  return TakePlaced(
      "SELECT ''::VARCHAR AS _reason, ''::VARCHAR AS _file, NULL::BIGINT AS _record, "
      "NULL::BIGINT AS _offset, ''::VARCHAR AS _json_path, q.* FROM (" +
          select + "\n) q" + (HasOwnOrder(select) ? "" : " ORDER BY ALL"),
      result);
}

Status Failures::TakePlaced(const std::string& select, RuleResult& result) {
  ROOST_TRY(MakeFileTable());
  ROOST_TRY(query::Do(session_, "CREATE OR REPLACE TEMP TABLE _wide AS " + select).status());
  ROOST_ASSIGN(query::Answer count, query::Ask(session_, "SELECT count(*) FROM _wide"));
  result.failed = count.Count();
  if (result.failed == 0) return Status::OK();
  ROOST_TRY(Write(result));
  ROOST_TRY(ReadSamples(result));
  return TellRows();
}

/// Rules whose names differ only in what a file's name leaves out have files with numbers.
std::string Failures::FileOf(const std::string& rule) {
  std::string name = FailuresFileName(rule);
  for (int again = 2; files_.try_emplace(name, rule).first->second != rule; ++again) {
    name = FailuresFileName(rule, "_" + std::to_string(again));
  }
  return name;
}

Status Failures::Write(RuleResult& result) {
  if (options_.folder.empty()) return Status::OK();
  std::string name = FileOf(result.name);
  ROOST_TRY(query::CopyToParquet(session_, "FROM _wide", options_.folder + "/" + name).status());
  result.failures_file = "_roost/failures/" + name;
  return Status::OK();
}

/// Which rows of _wide are samples. Their numbers go into the next query as literals: a subquery
/// with row ids trips DuckDB 2.0 over itself.
Result<std::string> Failures::WhichSamples() const {
  if (!options_.is_one_of_each_reason) return std::string();
  ROOST_ASSIGN(
      query::Answer first,
      query::Ask(session_, "SELECT min(rowid) AS n FROM _wide GROUP BY _reason ORDER BY n"));
  std::string list;
  for (size_t r = 0; r < std::min(first.rows.size(), options_.samples); ++r) {
    list += (r == 0 ? "" : ", ") + first.Text(r, 0);
  }
  return " WHERE rowid IN (" + list + ")";
}

Status Failures::ReadSamples(RuleResult& result) {
  ROOST_ASSIGN(std::string which, WhichSamples());
  ROOST_ASSIGN(query::Answer rows,
               query::Ask(session_, fmt::format("FROM _wide{} LIMIT {}", which, options_.samples)));
  for (size_t r = 0; r < rows.rows.size(); ++r) {
    FailingRow& row = result.samples.emplace_back();
    row.reason = rows.Text(r, 0);
    row.file = rows.Text(r, 1);
    row.record = NumberOf(rows.Text(r, 2));
    row.offset = NumberOf(rows.Text(r, 3));
    row.json_path = rows.Text(r, 4);
    for (size_t c = kOwnColumns; c < rows.names.size(); ++c) {
      if (rows.names[c] == "_roost_id") row.id = NumberOf(rows.Text(r, c));
      if (!rows.names[c].starts_with("_roost_") && rows.rows[r][c]) {
        row.values.emplace_back(rows.names[c], *rows.rows[r][c]);
      }
    }
  }
  result.samples_are_all = result.samples.size() == result.failed;
  return Status::OK();
}

Status Failures::TellRows() {
  if (!options_.on_row) return Status::OK();
  ROOST_ASSIGN(query::Answer rows, query::Ask(session_, "SELECT _file, _json_path FROM _wide"));
  for (size_t r = 0; r < rows.rows.size(); ++r) options_.on_row(rows.Text(r, 0), rows.Text(r, 1));
  return Status::OK();
}

}  // namespace roost::validate
