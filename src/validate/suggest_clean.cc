// What is a key can be seen only once the rows are gone that break it. Small tables are always
// copied, by SELECT DISTINCT and one row for each value of what is nearly a key. That took most of
// the time for 20 million rows, so that large tables are first taken as they are: where
// relate finds a column that no two rows share, and none that nearly is so, there is nothing to
// clean. Otherwise the rows that come again are found by what they are grouped by alone, and the
// copy leaves them out.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/sql_text.h"
#include "export/part.h"
#include "query/answer.h"
#include "relate/database.h"
#include "sketch/hyperloglog.h"
#include "validate/column_names.h"
#include "validate/suggestions.h"

namespace roost::validate {

namespace {

constexpr double kNearlyUnique = 0.97;  // distinct values among rows
// Of a large table with repeated rows; a column with fewer distinct values is no key.
constexpr double kLeastDistinct = 0.5;

bool IsFlat(const Field& field) {
  ValueKind kind = KindOf(field.type());
  return kind != ValueKind::kNone && kind != ValueKind::kJson && kind != ValueKind::kList;
}

std::vector<std::string> FlatColumns(const TableInfo& table) {
  std::vector<std::string> columns;
  for (const Field& field : table.fields) {
    if (IsFlat(field)) columns.push_back(field.name);
  }
  return columns;
}

std::string Listed(const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + SqlName(column);
  return list;
}

/// Fields that would be keys but for a few rows.
Result<std::vector<const Field*>> NearKeys(const Suggestions& all, const TableInfo& table,
                                           const std::string& rows) {
  std::vector<const Field*> fields, near;
  std::string select;
  for (const Field& field : table.fields) {
    if (!LooksLikeKey(field)) continue;
    fields.push_back(&field);
    std::string name = SqlName(field.name);
    select +=
        fmt::format("{}count({}), count(DISTINCT {})", select.empty() ? "" : ", ", name, name);
  }
  if (fields.empty()) return near;
  ROOST_ASSIGN(query::Answer answer,
               query::Ask(all.session, "SELECT " + select + " FROM (" + rows + ")"));
  for (size_t i = 0; i < fields.size(); ++i) {
    auto values = static_cast<double>(answer.Count(2 * i));
    auto distinct = static_cast<double>(answer.Count(2 * i + 1));
    if (distinct < values && distinct >= kNearlyUnique * values) near.push_back(fields[i]);
  }
  return near;
}

/// The file of a table's clean copy.
std::string FileOf(const TableInfo& table, const std::string& folder) {
  return folder + "/" + table.name() + ".parquet";
}

Status CopyDistinct(const Suggestions& all, const TableInfo& table, const std::string& columns,
                    const std::string& file) {
  std::string rows = "SELECT DISTINCT " + columns + " FROM " + RowsOf(all, table);
  ROOST_ASSIGN(auto near, NearKeys(all, table, rows));
  for (const Field* field : near) {
    std::string name = SqlName(field->name);
    rows = fmt::format(
        "SELECT * FROM ({}) QUALIFY {} IS NULL OR row_number() OVER (PARTITION BY {} ORDER BY {}) "
        "= 1",
        rows, name, name, columns);
  }
  return query::CopyToParquet(all.session, "SELECT * FROM (" + rows + ") ORDER BY ALL", file)
      .status();
}

/// Finds the rows of a large table to leave out: their ids go to _left_out.
class Repeats {
 public:
  Repeats(const Suggestions& all, const TableInfo& table)
      : all_(all),
        id_(SqlName(table.id)),
        columns_(Listed(FlatColumns(table))),
        rows_("SELECT * FROM " + RowsOf(all, table)) {}

  Status Begin() {
    return Do("CREATE OR REPLACE TEMP TABLE _left_out AS SELECT 0::BIGINT AS id WHERE false");
  }

  /// All rows but the first of those that are alike.
  Status AddRepeatedRows() {
    ROOST_TRY(
        Do(fmt::format("CREATE OR REPLACE TEMP TABLE _again AS SELECT hash({}) AS value FROM "
                       "({}) GROUP BY value HAVING count(*) > 1",
                       columns_, rows_)));
    return LeaveOut(fmt::format("hash({})", columns_), columns_, id_);
  }

  /// The same of a key, if nearly all its values are unique.
  Status AddRowsThatRepeat(const Field& key) {
    std::string name = SqlName(key.name);
    ROOST_TRY(
        Do(fmt::format("CREATE OR REPLACE TEMP TABLE _again AS SELECT {0} AS value, count(*) "
                       "AS n FROM ({1}) WHERE {0} IS NOT NULL GROUP BY value HAVING n > 1",
                       name, Rows())));
    ROOST_ASSIGN(auto answer,
                 query::Ask(all_.session,
                            fmt::format("SELECT (SELECT count({}) FROM ({})), (SELECT coalesce(sum("
                                        "n - 1), 0)::BIGINT FROM _again)",
                                        name, Rows())));
    auto values = static_cast<double>(answer.Count(0)), more = static_cast<double>(answer.Count(1));
    if (values - more < kNearlyUnique * values) return Status::OK();
    return LeaveOut(name, name, columns_);
  }

  /// Writes the other rows, if some are left out. Says whether.
  Result<bool> CopyOthers(const std::string& file) {
    ROOST_ASSIGN(auto answer, query::Ask(all_.session, "SELECT count(*) FROM _left_out"));
    if (answer.Count() == 0) return false;
    std::string select = "SELECT " + columns_ + " FROM (" + Rows() + ")";
    ROOST_TRY(query::CopyToParquet(all_.session, select, file).status());
    return true;
  }

 private:
  Status Do(const std::string& sql) { return query::Do(all_.session, sql).status(); }
  std::string Rows() const {
    return "SELECT * FROM (" + rows_ + ") WHERE " + id_ + " NOT IN (SELECT id FROM _left_out)";
  }
  /// Of rows whose `value` comes again, all but the first of each `same`.
  Status LeaveOut(const std::string& value, const std::string& same, const std::string& order) {
    return Do(fmt::format(
        "INSERT INTO _left_out SELECT id FROM (SELECT {0} AS id, row_number() OVER (PARTITION BY "
        "{1} ORDER BY {2}, {0}) AS place FROM ({3}) WHERE {4} IN (SELECT value FROM _again)) WHERE "
        "place > 1",
        id_, same, order, Rows(), value));
  }

  const Suggestions& all_;
  std::string id_, columns_, rows_;
};

/// What relate knows of a table's columns.
struct KeyColumns {
  bool has_key = false;            // one column tells all rows apart
  std::vector<const Field*> near;  // of those that look like keys, those that may nearly be so
};
KeyColumns KeyColumnsOf(const TableInfo& table, const relate::Database& database,
                        const relate::Table& related) {
  KeyColumns found;
  for (int id : related.columns) {
    const relate::Column& column = database.ColumnAt(id);
    found.has_key = found.has_key || (column.unique && column.Full());
  }
  for (int id : related.columns) {
    const relate::Column& column = database.ColumnAt(id);
    const Field* field = table.Find(column.name);
    if (!field || column.unique || column.values == 0 || !LooksLikeKey(*field)) continue;
    double least = found.has_key ? kNearlyUnique : kLeastDistinct;
    if (!column.counted) least *= 1 - 4 * sketch::HyperLogLog::kStandardError;
    if (static_cast<double>(column.distinct) >= least * static_cast<double>(column.values)) {
      found.near.push_back(field);
    }
  }
  return found;
}

/// Writes a clean copy if the table is not clean.
Result<bool> CleanOne(const Suggestions& all, const TableInfo& table, const KeyColumns& keys,
                      const std::string& file) {
  if (keys.has_key && keys.near.empty()) return false;
  Repeats repeats(all, table);
  ROOST_TRY(repeats.Begin());
  if (!keys.has_key) ROOST_TRY(repeats.AddRepeatedRows());
  for (const Field* field : keys.near) ROOST_TRY(repeats.AddRowsThatRepeat(*field));
  return repeats.CopyOthers(file);
}

}  // namespace

Result<std::vector<relate::TableSource>> CleanSources(const Suggestions& all,
                                                      const std::string& folder) {
  std::vector<relate::TableSource> sources;
  for (const TableInfo& table : all.tables.all()) {
    std::vector<std::string> columns = FlatColumns(table);
    if (table.rows == 0 || columns.empty()) continue;
    relate::TableSource& source =
        sources.emplace_back(relate::TableSource{table.name(), {}, columns});
    std::string file = FileOf(table, folder);
    if (!all.IsLarge(table)) {
      ROOST_TRY(CopyDistinct(all, table, Listed(columns), file));
      source.parts = {file};
    } else if (all.has_copies) {
      source.parts = {file + ".some"};
      ROOST_TRY(query::CopyToParquet(all.session,
                                     "SELECT " + Listed(columns) + " FROM " + RowsOf(all, table),
                                     source.parts[0])
                    .status());
    } else {
      for (const auto& part : table.parts) source.parts.push_back(part->path());
    }
  }
  return sources;
}

Result<bool> CleanLarge(const Suggestions& all, const std::string& folder,
                        const relate::Database& database,
                        std::vector<relate::TableSource>& sources) {
  bool was_cleaned = false;
  for (relate::TableSource& source : sources) {
    const TableInfo* table = all.tables.Find(source.name);
    std::string file = FileOf(*table, folder);
    if (source.parts == std::vector{file}) continue;
    auto related =
        std::find_if(database.tables.begin(), database.tables.end(),
                     [&](const relate::Table& each) { return each.name == source.name; });
    ROOST_ASSIGN(bool is_copy,
                 CleanOne(all, *table, KeyColumnsOf(*table, database, *related), file));
    if (is_copy) source.parts = {file};
    was_cleaned = was_cleaned || is_copy;
  }
  return was_cleaned;
}

}  // namespace roost::validate
