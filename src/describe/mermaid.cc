#include <algorithm>
#include <set>

#include "describe/escape.h"
#include "describe/parts.h"

namespace roost::describe {

namespace {

using relate::Table;

// What GitHub renders ends at 50,000 characters and 500 edges; and people see no more.
constexpr size_t kAllColumnsUpTo = 12;  // of a table; beyond, only keys and references
constexpr size_t kMostCharacters = 45000, kMostEdges = 450;

/// Child side first is last in Mermaid: parent ||--o{ child.
std::string EdgeOf(const Relation& relation) {
  std::string edge = relation.cardinality == "1:1"   ? " ||--o| "
                     : relation.cardinality == "n:m" ? " }o--o{ "
                                                     : " ||--o{ ";
  if (relation.tier == RelationTier::kPossible) edge.replace(edge.find("--"), 2, "..");
  std::string label;
  for (const std::string& column : relation.columns) {
    label += (label.empty() ? "" : ", ") + AsMermaidWord(column);
  }
  if (!relation.when_column.empty()) {
    label += " if " + AsMermaidWord(relation.when_column) + " says so";
  }
  return "    " + AsMermaidEntity(relation.ref_table) + edge + AsMermaidEntity(relation.table) +
         " : \"" + label + "\"\n";
}

std::string EntityOf(const Subject& subject, const Table& table) {
  const std::vector<std::string>& key = subject.KeysOf(table).primary_key;
  std::set<std::string> keys(key.begin(), key.end()), references;
  for (const Relation* relation : subject.RelationsFrom(table)) {
    references.insert(relation->columns.begin(), relation->columns.end());
  }
  std::string text = "    " + AsMermaidEntity(table.name) + " {\n";
  bool all = table.columns.size() <= kAllColumnsUpTo;
  for (int id : table.columns) {
    const relate::Column& column = subject.database.ColumnAt(id);
    bool is_key = keys.contains(column.name), refers = references.contains(column.name);
    if (!all && !is_key && !refers) continue;
    text += "        " + AsMermaidWord(column.type_name) + " " + AsMermaidWord(column.name);
    text += is_key && refers ? " PK, FK" : is_key ? " PK" : refers ? " FK" : "";
    text += "\n";
  }
  return text + "    }\n";
}

}  // namespace

std::string MermaidDiagram(const Subject& subject) {
  std::string edges, entities;
  size_t count = 0;
  for (const Relation& relation : subject.relations.relations) {
    if (relation.implied || ++count > kMostEdges) continue;
    edges += EdgeOf(relation);
  }
  for (const Table& table : subject.database.tables) {
    std::string entity = EntityOf(subject, table);
    if (edges.size() + entities.size() + entity.size() > kMostCharacters) break;
    entities += entity;
  }
  return "```mermaid\nerDiagram\n" + edges + entities + "```\n";
}

}  // namespace roost::describe
