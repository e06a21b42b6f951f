#include <fmt/format.h>

#include <algorithm>

#include "base/sql_text.h"
#include "describe/escape.h"
#include "describe/parts.h"

namespace roost::describe {

namespace {

using relate::Database;
using relate::Table;

const Table* Find(const Database& database, const std::string& name) {
  auto found = std::find_if(database.tables.begin(), database.tables.end(),
                            [&](const Table& table) { return table.name == name; });
  return found == database.tables.end() ? nullptr : &*found;
}

/// The reference to show: of the most believed, the one from the largest table.
const Relation* Example(const Subject& subject) {
  const Relation* best = nullptr;
  auto rank = [&](const Relation& relation) {
    return std::tuple(-static_cast<int>(relation.tier), relation.kind == RelationKind::kReference,
                      Find(subject.database, relation.table)->rows);
  };
  for (const Relation& relation : subject.relations.relations) {
    bool plain = relation.kind != RelationKind::kList && IsPlain(relation);
    if (!plain || relation.implied) continue;
    if (!best || rank(relation) > rank(*best)) best = &relation;
  }
  return best;
}

/// What pandas and Polars open: a folder or a file.
std::string Opened(const Subject& subject, const Table& table) {
  std::string path = PathOf(subject.database, table);
  constexpr std::string_view kAll = "/*.parquet";
  if (path.ends_with(kAll)) path.resize(path.size() - kAll.size());
  return AsPythonText(path);
}

std::string Block(const std::string& code) { return "```python\n" + code + "```\n\n"; }

std::string PythonList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + AsPythonText(name);
  return "[" + list + "]";
}

std::string ReadOnly(const Subject& subject, const Table& table) {
  std::string sql =
      "SELECT * FROM read_parquet(" + SqlText(PathOf(subject.database, table)) + ") LIMIT 5";
  return Block("import duckdb\n\nduckdb.sql(" + AsPythonText(sql) + ").show()\n") +
         Block("import pandas\n\nprint(pandas.read_parquet(" + Opened(subject, table) +
               ").head())\n") +
         Block("import polars\n\nprint(polars.read_parquet(" +
               AsPythonText(PathOf(subject.database, table)) + ").head())\n");
}

std::string Joins(const Subject& subject, const Relation& relation) {
  const Table& table = *Find(subject.database, relation.table);
  const Table& target = *Find(subject.database, relation.ref_table);
  std::string on;
  for (size_t i = 0; i < relation.columns.size(); ++i) {
    on += fmt::format("{}a.{} = b.{}", i == 0 ? "" : " AND ", SqlName(relation.columns[i]),
                      SqlName(relation.ref_columns[i]));
  }
  std::string sql = fmt::format(
      "SELECT * FROM read_parquet({}) AS a JOIN read_parquet({}) AS b ON {} LIMIT 5",
      SqlText(PathOf(subject.database, table)), SqlText(PathOf(subject.database, target)), on);
  std::string left = PythonList(relation.columns), right = PythonList(relation.ref_columns);
  return Block("import duckdb\n\nduckdb.sql(" + AsPythonText(sql) + ").show()\n") +
         Block(fmt::format(
             "import pandas\n\na = pandas.read_parquet({})\nb = pandas.read_parquet({})\n"
             "print(a.merge(b, left_on={}, right_on={}).head())\n",
             Opened(subject, table), Opened(subject, target), left, right)) +
         Block(fmt::format(
             "import polars\n\na = polars.read_parquet({})\nb = polars.read_parquet({})\n"
             "print(a.join(b, left_on={}, right_on={}).head())\n",
             AsPythonText(PathOf(subject.database, table)),
             AsPythonText(PathOf(subject.database, target)), left, right));
}

}  // namespace

std::string Snippets(const Subject& subject) {
  std::string text = "Run these from inside this folder.\n\n";
  const Relation* example = Example(subject);
  if (example) return text + Joins(subject, *example);
  return text + ReadOnly(subject, subject.database.tables.front());
}

}  // namespace roost::describe
