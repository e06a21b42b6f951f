#include "world/world_parser.h"

#include <algorithm>

#include "base/nearest_word.h"
#include "world/field_parser.h"
#include "world/number_parser.h"
#include "world/world_checks.h"

namespace roost::world {

namespace {

using YAML::Node;

std::vector<std::string> ParseNames(YamlReader& reader, const Node& node, const std::string& what) {
  std::vector<std::string> names;
  if (!node.IsDefined()) return names;
  if (node.IsScalar()) return {reader.Name(node, what)};
  if (!reader.IsSequence(node, what)) return names;
  for (const auto& name : node) names.push_back(reader.Name(name, what));
  return names;
}

void ParseRows(YamlReader& reader, const Node& node, Table* table) {
  bool rows = node["rows"].IsDefined(), once = node["once"].IsDefined(),
       per = node["per"].IsDefined();
  if (rows + once + per != 1) {
    reader.Fail(node, "table '" + table->name +
                          "' needs one of rows (in each document), once (in the "
                          "first document) and per (for each row of another table)");
    return;
  }
  if (per) {
    table->owner = reader.Name(node["per"], "per");
    if (!node["count"].IsDefined()) {
      reader.Fail(node["per"], "expected count: how many rows for each of '" + table->owner + "'");
      return;
    }
    table->count = ParseDistribution(reader, node["count"], "count");
  } else {
    if (node["count"].IsDefined()) reader.Fail(node["count"], "count goes with per; use rows");
    table->once = once;
    table->count = ParseDistribution(reader, node[once ? "once" : "rows"], once ? "once" : "rows");
    if (reader.ok() && once && table->count.low != table->count.high) {
      reader.Expected(node["once"], "one number of rows");
    }
  }
  double most = once ? 1e9 : 1e6;
  if (reader.ok() && (table->count.low < 0 || table->count.high > most)) {
    reader.Fail(node, "table '" + table->name + "': expected a number of rows from 0 to a million");
  }
}

Table ParseTable(YamlReader& reader, const Node& key, const Node& node) {
  Table table;
  table.name = reader.Name(key, "a table's name");
  table.place = reader.PlaceOf(key);
  if (!reader.IsMapping(node, "table '" + table.name + "'",
                        {"rows", "once", "per", "count", "key", "unique", "inside", "fields"})) {
    return table;
  }
  ParseRows(reader, node, &table);
  table.key = ParseNames(reader, node["key"], "key");
  table.unique = ParseNames(reader, node["unique"], "unique");
  if (node["inside"].IsDefined()) table.inside = reader.Flag(node["inside"], "inside");
  if (reader.ok() && table.inside && table.owner.empty()) {
    reader.Fail(node["inside"], "only a table with per stands inside another");
  }
  if (!node["fields"].IsDefined()) {
    reader.Expected(node, "fields of table '" + table.name + "'");
    return table;
  }
  table.fields = ParseFields(reader, node["fields"]);
  return table;
}

void ParseDocument(YamlReader& reader, const Node& node, World* world) {
  world->document.name = "document";
  if (!node.IsDefined()) return;
  if (!reader.IsMapping(node, "document", {"name", "digits", "pack", "fields"})) return;
  world->document.place = reader.PlaceOf(node);
  if (node["name"].IsDefined()) world->document_name = reader.Name(node["name"], "name");
  if (node["digits"].IsDefined()) {
    world->digits = static_cast<int>(reader.Integer(node["digits"], "digits", 1, 12));
  }
  if (node["pack"].IsDefined()) {
    world->pack = reader.Word(node["pack"], "pack", {"documents", "tables"}) == 0
                      ? World::Pack::kDocuments
                      : World::Pack::kTables;
  }
  if (node["fields"].IsDefined()) world->document.fields = ParseFields(reader, node["fields"]);
}

Field* FindWritten(std::vector<Field>& fields, const std::string& name, uint64_t at) {
  for (Field& field : fields) {
    if (field.name == name && field.since <= at && at < field.until) return &field;
  }
  return nullptr;
}

// The field must be written at this iteration; its names are offered when it is not.
Field* Changed(YamlReader& reader, const Node& key, Table& table, uint64_t at) {
  std::string name = reader.Name(key, "a field's name");
  Field* field = FindWritten(table.fields, name, at);
  if (reader.ok() && !field) {
    std::vector<std::string> names;
    for (const Field& known : table.fields) names.push_back(known.name);
    reader.Fail(key, "table '" + table.name + "' has no field '" + name + "' then" +
                         DidYouMean(name, names));
  }
  return field;
}

void AddFields(YamlReader& reader, const Node& node, Table& table, uint64_t at) {
  for (Field& field : ParseFields(reader, node)) {
    if (FindWritten(table.fields, field.name, at)) {
      reader.FailAt(field.place, "table '" + table.name + "' has a field '" + field.name +
                                     "' already; use widen");
    }
    field.since = at;
    table.fields.push_back(std::move(field));
  }
}

void WidenFields(YamlReader& reader, const Node& node, Table& table, uint64_t at) {
  std::vector<Field> fields = ParseFields(reader, node);
  size_t i = 0;
  for (const auto& entry : node) {
    if (!reader.ok()) return;
    Field* field = Changed(reader, entry.first, table, at);
    if (!field) return;
    fields[i].since = at;
    fields[i].until = field->until;
    fields[i].renames = field->renames;
    field->until = at;
    auto behind = table.fields.begin() + (field - table.fields.data()) + 1;
    table.fields.insert(behind, std::move(fields[i++]));
  }
}

void RenameFields(YamlReader& reader, const Node& node, Table& table, uint64_t at) {
  if (!reader.IsMapping(node, "rename: {old: new}")) return;
  for (const auto& entry : node) {
    Field* field = Changed(reader, entry.first, table, at);
    if (field) field->renames.emplace_back(at, reader.Name(entry.second, "the new name"));
  }
}

void ParseChange(YamlReader& reader, const Node& node, World* world) {
  if (!reader.IsMapping(node, "a change", {"at", "table", "add", "widen", "rename", "drop"}))
    return;
  if (!node["at"].IsDefined() || !node["table"].IsDefined()) {
    reader.Expected(node, "at: the iteration, and table: the table");
    return;
  }
  auto at = static_cast<uint64_t>(reader.Integer(node["at"], "at", 1, int64_t{1} << 40));
  std::string name = reader.Name(node["table"], "a table's name");
  int index = world->Find(name);
  if (index < 0 && name != "document") {
    std::vector<std::string> names = {"document"};
    for (const Table& table : world->tables) names.push_back(table.name);
    reader.Fail(node["table"], "there is no table '" + name + "'" + DidYouMean(name, names));
    return;
  }
  Table& table = index < 0 ? world->document : world->tables[static_cast<size_t>(index)];
  if (node["add"].IsDefined()) AddFields(reader, node["add"], table, at);
  if (node["widen"].IsDefined()) WidenFields(reader, node["widen"], table, at);
  if (node["rename"].IsDefined()) RenameFields(reader, node["rename"], table, at);
  if (node["drop"].IsDefined()) {
    Field* field = Changed(reader, node["drop"], table, at);
    if (field) field->until = at;
  }
  if (node.size() < 3) reader.Expected(node, "one of add, widen, rename, drop");
}

Rule ParseRule(YamlReader& reader, const Node& node) {
  Rule rule;
  rule.place = reader.PlaceOf(node);
  if (!reader.IsMapping(node, "a rule", {"name", "table", "holds", "break"})) return rule;
  if (!node["name"].IsDefined() || !node["table"].IsDefined() || !node["holds"].IsDefined()) {
    reader.Expected(node, "name, table and holds of a rule");
    return rule;
  }
  rule.name = reader.Name(node["name"], "name");
  rule.table = reader.Name(node["table"], "table");
  rule.holds = reader.Text(node["holds"], "holds");
  const Node& broken = node["break"];
  if (!broken.IsDefined()) return rule;
  if (!broken.IsMap() || broken.size() != 1) {
    reader.Expected(broken, "break: {field: a formula that breaks the rule}");
    return rule;
  }
  rule.can_break = true;
  rule.broken_field = reader.Name(broken.begin()->first, "a field's name");
  std::string text = reader.Text(broken.begin()->second, "a formula");
  auto parsed = Expression::Parse(text, reader.parameters());
  if (parsed.ok()) {
    rule.broken_value = *parsed;
  } else {
    reader.Fail(broken.begin()->second, parsed.status().message());
  }
  return rule;
}

Status ParseParameters(YamlReader& reader, const Node& node,
                       const std::map<std::string, double>& replacing) {
  std::vector<std::string> names;
  if (node.IsDefined() && reader.IsMapping(node, "parameters: {name: number}")) {
    for (const auto& entry : node) {
      std::string name = reader.Name(entry.first, "a parameter's name");
      reader.parameters()[name] = reader.Number(entry.second, "its value");
      names.push_back(name);
    }
  }
  for (const auto& [name, value] : replacing) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Status::Invalid("this world has no parameter '", name, "'", DidYouMean(name, names));
    }
    reader.parameters()[name] = value;
  }
  return Status::OK();
}

Result<World> ParseRoot(const Node& root, YamlReader& reader,
                        const std::map<std::string, double>& parameters) {
  World world;
  if (!reader.IsMapping(
          root, "a world file",
          {"world", "about", "parameters", "document", "tables", "changes", "rules"})) {
    return reader.status();
  }
  ROOST_TRY(ParseParameters(reader, root["parameters"], parameters));
  if (!root["world"].IsDefined()) reader.Fail(root, "world: its name is missing");
  if (!root["tables"].IsDefined()) reader.Fail(root, "tables: {name: {...}} is missing");
  ROOST_TRY(reader.status());
  world.name = reader.Name(root["world"], "the world's name");
  if (root["about"].IsDefined()) world.about = reader.Text(root["about"], "about");
  ParseDocument(reader, root["document"], &world);
  if (reader.IsMapping(root["tables"], "tables: {name: {...}}")) {
    for (const auto& entry : root["tables"]) {
      world.tables.push_back(ParseTable(reader, entry.first, entry.second));
    }
  }
  ROOST_TRY(reader.status());
  if (root["changes"].IsDefined() && reader.IsSequence(root["changes"], "a list of changes")) {
    for (const auto& change : root["changes"]) ParseChange(reader, change, &world);
  }
  if (root["rules"].IsDefined() && reader.IsSequence(root["rules"], "a list of rules")) {
    for (const auto& rule : root["rules"]) world.rules.push_back(ParseRule(reader, rule));
  }
  ROOST_TRY(reader.status());
  world.parameters = reader.parameters();
  CheckNames(world, reader);
  ROOST_TRY(reader.status());
  return world;
}

}  // namespace

int World::Find(const std::string& table) const {
  for (size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].name == table) return static_cast<int>(i);
  }
  return -1;
}

int FindField(const std::vector<Field>& fields, const std::string& name) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Result<World> ParseWorld(const std::string& text, const std::string& source,
                         const std::map<std::string, double>& parameters) {
  ROOST_ASSIGN(YAML::Node root, YamlReader::Load(text, source));
  YamlReader reader(source);
  try {
    ROOST_ASSIGN(World world, ParseRoot(root, reader, parameters));
    world.source = source;
    return world;
  } catch (const YAML::Exception& e) {
    return Status::Invalid(source, ":", e.mark.line + 1, ":", e.mark.column + 1, ": ", e.msg);
  }
}

}  // namespace roost::world
