// Gives each part of the documentation its text. Document() (roost/relate.h) calls them all.
#pragma once

#include "describe/input_files.h"
#include "relate/verdict.h"
#include "roost/relate.h"
#include "roost/upkeep.h"

namespace roost::describe {

/// What the parts are made from.
struct Subject {
  const relate::Database& database;
  const RelateResult& relations;
  const InputFiles& files;
  SchemaHistory history;

  const RelatedTable& KeysOf(const relate::Table& table) const {
    return relations.tables[static_cast<size_t>(table.id)];
  }
  std::vector<const Relation*> RelationsFrom(const relate::Table& table) const;
  std::vector<const Relation*> RelationsTo(const relate::Table& table) const;
};

std::string SchemaJson(const Subject& subject);
std::string Readme(const Subject& subject);
std::string MermaidDiagram(const Subject& subject);
std::string Snippets(const Subject& subject);
std::string SqlTables(const Subject& subject);
std::string Dbml(const Subject& subject);

/// A number of a column as its values are written: dates and times as ISO 8601.
std::string NumberText(const relate::Column& column, double number);
std::string SmallestText(const relate::Column& column);
std::string LargestText(const relate::Column& column);
/// "certain", "probable", "possible".
std::string NameOf(RelationTier tier);
std::string JoinedNames(const std::vector<std::string>& names);
/// How plain tools find the files of a table, from inside the folder: name.parquet/*.parquet.
std::string PathOf(const relate::Database& database, const relate::Table& table);

}  // namespace roost::describe
