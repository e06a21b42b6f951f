#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/sql_text.h"
#include "describe/escape.h"
#include "describe/parts.h"

namespace roost::describe {

namespace {

using relate::Column;
using relate::Table;

std::string SqlType(std::string_view type) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"int64", "BIGINT"},
      {"int32", "INTEGER"},
      {"int16", "SMALLINT"},
      {"int8", "TINYINT"},
      {"double", "DOUBLE"},
      {"float", "REAL"},
      {"bool", "BOOLEAN"},
      {"date", "DATE"},
      {"date32[day]", "DATE"},
      {"timestamp_utc", "TIMESTAMP WITH TIME ZONE"},
      {"timestamp_local", "TIMESTAMP"},
      {"decimal38", "DECIMAL(38, 0)"},
      {"list_int64", "BIGINT[]"},
      {"list_double", "DOUBLE[]"},
      {"list_bool", "BOOLEAN[]"},
      {"list_text", "VARCHAR[]"}};
  for (auto [name, sql] : kTypes) {
    if (type == name) return std::string(sql);
  }
  if (type.starts_with("timestamp")) return "TIMESTAMP";
  if (type.starts_with("decimal128")) return "DECIMAL" + std::string(type.substr(10));
  return "VARCHAR";
}

std::string SqlNames(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + SqlName(name);
  return list;
}

/// References that a database would enforce: every row has its target, and columns are named.
bool Holds(const Relation& relation) {
  return relation.kind == RelationKind::kReference && relation.orphan_rows == 0 &&
         relation.tier != RelationTier::kPossible && !relation.implied && IsPlain(relation);
}

/// Column sets of the table that references name, beside its primary key.
std::set<std::vector<std::string>> ReferredSets(const Subject& subject, const Table& table) {
  std::set<std::vector<std::string>> sets;
  for (const Relation* relation : subject.RelationsTo(table)) {
    if (Holds(*relation)) sets.insert(relation->ref_columns);
  }
  sets.erase(subject.KeysOf(table).primary_key);
  return sets;
}

std::string SqlTable(const Subject& subject, const Table& table,
                     const std::set<std::string>& made) {
  const std::vector<std::string>& key = subject.KeysOf(table).primary_key;
  std::vector<std::string> lines;
  for (int id : table.columns) {
    const Column& column = subject.database.ColumnAt(id);
    bool full = column.nulls == 0 && column.rows > 0 && !column.IsList();
    lines.push_back("  " + SqlName(column.name) + " " + SqlType(column.type_name) +
                    (full ? " NOT NULL" : ""));
  }
  if (!key.empty()) lines.push_back("  PRIMARY KEY (" + SqlNames(key) + ")");
  for (const auto& columns : ReferredSets(subject, table)) {
    lines.push_back("  UNIQUE (" + SqlNames(columns) + ")");
  }
  for (const Relation* relation : subject.RelationsFrom(table)) {
    bool known = made.contains(relation->ref_table) || relation->ref_table == table.name;
    if (!Holds(*relation) || !known) continue;
    lines.push_back(fmt::format("  FOREIGN KEY ({}) REFERENCES {} ({})",
                                SqlNames(relation->columns), SqlName(relation->ref_table),
                                SqlNames(relation->ref_columns)));
  }
  return fmt::format("CREATE TABLE {} (\n{}\n);\n", SqlName(table.name), fmt::join(lines, ",\n"));
}

/// Tables after those they refer to, as far as there are no circles.
std::vector<const Table*> InOrder(const Subject& subject) {
  std::vector<const Table*> left, order;
  for (const Table& table : subject.database.tables) {
    if (!table.columns.empty()) left.push_back(&table);
  }
  std::set<std::string> made;
  auto is_ready = [&](const Table* table) {
    std::vector<const Relation*> from = subject.RelationsFrom(*table);
    return std::all_of(from.begin(), from.end(), [&](const Relation* relation) {
      return !Holds(*relation) || relation->ref_table == table->name ||
             made.contains(relation->ref_table);
    });
  };
  while (!left.empty()) {
    auto next = std::find_if(left.begin(), left.end(), is_ready);
    if (next == left.end()) next = left.begin();
    made.insert((*next)->name);
    order.push_back(*next);
    left.erase(next);
  }
  return order;
}

}  // namespace

std::string SqlTables(const Subject& subject) {
  std::string text;
  std::set<std::string> made;
  for (const Table* table : InOrder(subject)) {
    text += (text.empty() ? "" : "\n") + SqlTable(subject, *table, made);
    made.insert(table->name);
  }
  return text;
}

std::string Dbml(const Subject& subject) {
  std::string text;
  for (const Table& table : subject.database.tables) {
    const std::vector<std::string>& key = subject.KeysOf(table).primary_key;
    text += "Table " + AsDbmlName(table.name) + " {\n";
    for (int id : table.columns) {
      const Column& column = subject.database.ColumnAt(id);
      bool is_key = key.size() == 1 && key[0] == column.name;
      text += "  " + AsDbmlName(column.name) + " " + AsDbmlName(column.type_name) +
              (is_key ? " [pk]" : "") + "\n";
    }
    if (key.size() > 1) {
      std::string names;
      for (const std::string& name : key) names += (names.empty() ? "" : ", ") + AsDbmlName(name);
      text += "\n  indexes {\n    (" + names + ") [pk]\n  }\n";
    }
    text += "}\n\n";
  }
  for (const Relation& relation : subject.relations.relations) {
    bool plain = relation.kind != RelationKind::kNesting && IsPlain(relation);
    if (!plain || relation.implied) continue;
    auto side = [](const std::string& table, const std::vector<std::string>& columns) {
      std::string names;
      for (const std::string& name : columns) {
        names += (names.empty() ? "" : ", ") + AsDbmlName(name);
      }
      return AsDbmlName(table) + "." + (columns.size() > 1 ? "(" + names + ")" : names);
    };
    text += fmt::format("Ref: {} {} {}\n", side(relation.table, relation.columns),
                        relation.cardinality == "1:1"   ? "-"
                        : relation.cardinality == "n:m" ? "<>"
                                                        : ">",
                        side(relation.ref_table, relation.ref_columns));
  }
  return text;
}

}  // namespace roost::describe
