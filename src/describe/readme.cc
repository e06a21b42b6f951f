#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/escape.h"
#include "describe/escape.h"
#include "describe/parts.h"

namespace roost::describe {

namespace {

using relate::Column;
using relate::Table;

std::string Count(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

/// Few characters of a value, for a table.
std::string Short(std::string_view value) {
  constexpr size_t kShown = 24;
  if (value.size() <= kShown) return AsMarkdownCode(value);
  size_t end = kShown;
  while (end > 0 && (static_cast<uint8_t>(value[end]) & 0xc0) == 0x80) --end;
  return AsMarkdownCode(std::string(value.substr(0, end)) + "…");
}

std::string SideInMarkdown(const std::string& table, const std::vector<std::string>& columns) {
  return AsMarkdownCode(table + "." +
                        (columns.size() == 1 ? columns[0] : "(" + JoinedNames(columns) + ")"));
}

std::string Overview(const Subject& subject) {
  std::string text = "| table | rows | columns | key | from |\n| --- | ---: | ---: | --- | --- |\n";
  for (const Table& table : subject.database.tables) {
    const RelatedTable& keys = subject.KeysOf(table);
    text +=
        fmt::format("| {} | {} | {} | {} | {} |\n", AsMarkdownCode(table.name), Count(table.rows),
                    table.columns.size(),
                    keys.primary_key.empty() ? "" : AsMarkdownCode(JoinedNames(keys.primary_key)),
                    table.json_path.empty() ? "" : AsMarkdownCode(table.json_path));
  }
  return text;
}

std::string ColumnRow(const Column& column) {
  const auto top = column.sketch.top().Top(1);
  std::string distinct = Count(column.distinct) + (column.counted ? "" : " (about)");
  std::string most = column.unique ? "unique"
                     : top.empty()
                         ? ""
                         : fmt::format("{} ({})", Short(top[0].text), Count(top[0].count));
  bool any = column.values > 0;
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", AsMarkdownCode(column.name),
                     InMarkdown(column.type_name), Count(column.nulls), distinct,
                     any ? Short(SmallestText(column)) : "", any ? Short(LargestText(column)) : "",
                     most);
}

std::string WhenInMarkdown(const Relation& relation) {
  if (relation.when_column.empty()) return "";
  return " where " + AsMarkdownCode(relation.when_column) + " is " +
         AsMarkdownCode(relation.when_value);
}

std::string ChildInMarkdown(const Relation& relation) {
  std::string columns = AsMarkdownCode(JoinedNames(relation.columns));
  return relation.path_kind.empty()
             ? columns
             : "the id after " + AsMarkdownCode(relation.path_kind) + " in " + columns;
}

/// Copies of what is referred to that say something else.
std::string Drift(const Relation& relation) {
  std::string text;
  for (const CopiedColumn& copy : relation.copies) {
    if (copy.differing_rows == 0) continue;
    text += fmt::format("- {} differs from the {} it repeats in {} of {} rows",
                        SideInMarkdown(relation.table, {copy.column}),
                        SideInMarkdown(relation.ref_table, {copy.ref_column}),
                        Count(copy.differing_rows), Count(copy.rows));
    std::string samples;
    for (const auto& each : copy.differences) {
      samples += fmt::format("{}{} for {}, where {} says {}", samples.empty() ? ": " : "; ",
                             Short(each.value), Short(each.key), AsMarkdownCode(relation.ref_table),
                             Short(each.ref_value));
    }
    text += samples + ".\n";
  }
  return text;
}

std::string TableSection(const Subject& subject, const Table& table) {
  std::string text = "### " + InMarkdown(table.name) + "\n\n";
  text += fmt::format("{} rows in {}", Count(table.rows),
                      AsMarkdownCode(PathOf(subject.database, table)));
  if (!table.json_path.empty()) text += ", from " + AsMarkdownCode(table.json_path);
  text +=
      ".\n\n| column | type | nulls | distinct | smallest | largest | most frequent |\n"
      "| --- | --- | ---: | ---: | --- | --- | --- |\n";
  for (int id : table.columns) text += ColumnRow(subject.database.ColumnAt(id));
  text += "\n";
  for (const Relation* relation : subject.RelationsFrom(table)) {
    text += fmt::format("- {} refers to {}{} ({}, {}{})\n", ChildInMarkdown(*relation),
                        SideInMarkdown(relation->ref_table, relation->ref_columns),
                        WhenInMarkdown(*relation), relation->cardinality, NameOf(relation->tier),
                        relation->implied ? ", implied by a wider one" : "");
    for (const std::string& reason : relation->evidence) text += "  - " + InMarkdown(reason) + "\n";
  }
  for (const Relation* relation : subject.RelationsTo(table)) {
    text += "- is referred to by " + SideInMarkdown(relation->table, relation->columns) + "\n";
  }
  return text + "\n";
}

std::string Faults(const Subject& subject) {
  std::string text;
  for (const Relation& relation : subject.relations.relations) {
    text += Drift(relation);
    if (relation.orphan_rows == 0) continue;
    text +=
        fmt::format("- {} rows of {} hold {} values that {} has not", Count(relation.orphan_rows),
                    SideInMarkdown(relation.table, relation.columns), Count(relation.orphan_keys),
                    SideInMarkdown(relation.ref_table, relation.ref_columns));
    std::string samples;
    for (const std::string& sample : relation.orphan_samples) {
      samples += (samples.empty() ? ": " : ", ") + Short(sample);
    }
    text += samples + ".\n";
  }
  for (const Table& table : subject.database.tables) {
    if (table.rows > 0 && subject.KeysOf(table).primary_key.empty()) {
      text += "- " + AsMarkdownCode(table.name) + " has no columns that tell its rows apart.\n";
    }
    for (int id : table.columns) {
      const Column& column = subject.database.ColumnAt(id);
      std::string name = AsMarkdownCode(table.name + "." + column.name);
      if (table.rows > 0 && column.values == 0 && !column.IsList()) {
        text += "- " + name + " holds nothing but nulls.\n";
      }
      if (column.of_conflict) {
        text += fmt::format("- {} holds {} values that {} could not.\n", name, Count(column.values),
                            AsMarkdownCode(column.conflict_of));
      }
    }
  }
  return text.empty() ? "Nothing was found.\n" : text;
}

/// What changed after a store's first commit; commits have numbers here and no times, so that the
/// same files in the same batches give the same text.
std::string History(const SchemaHistory& history) {
  constexpr size_t kListed = 50;
  std::vector<const SchemaStep*> steps;
  for (const SchemaStep& step : history.steps)
    if (step.version > history.steps.front().version) steps.push_back(&step);
  if (steps.empty()) return "";
  std::string text = "## How they came to be\n\n";
  const size_t left_out = steps.size() > kListed ? steps.size() - kListed : 0;
  if (left_out > 0)
    text += fmt::format("{} earlier changes are told by `roost schema --history`.\n\n",
                        Count(left_out));
  for (const SchemaStep* step : std::span(steps).subspan(left_out)) {
    text += fmt::format("- commit {}, {}: {}", step->version, AsMarkdownCode(step->table),
                        InMarkdown(step->text));
    text += step->file.empty() ? "\n" : ", brought by " + AsMarkdownCode(step->file) + "\n";
  }
  for (const PossibleRename& rename : history.renames) {
    text +=
        fmt::format("- {} may be {} under another name:", SideInMarkdown(rename.table, {rename.to}),
                    AsMarkdownCode(rename.from));
    for (size_t i = 0; i < rename.evidence.size(); ++i)
      text += (i == 0 ? " " : "; ") + InMarkdown(rename.evidence[i]);
    text += "\n";
  }
  return text + "\n";
}

}  // namespace

std::string Readme(const Subject& subject) {
  uint64_t rows = 0;
  for (const Table& table : subject.database.tables) rows += table.rows;
  std::string text = "# What is in these tables\n\n";
  text += fmt::format(
      "{} tables, {} columns, {} rows, {} references between them. Written by roost; "
      "`{}` and `{}` say the same to programs. References are found in names and values: "
      "*certain* ones may be relied on, *possible* ones are worth a look.\n\n",
      subject.database.tables.size(), subject.database.columns.size(), Count(rows),
      subject.relations.relations.size(), kRelationsFile, kSchemaFile);
  text += Overview(subject) + "\n" + MermaidDiagram(subject);
  text += "\n## What looks wrong\n\n" + Faults(subject);
  text += "\n## How to read them\n\n" + Snippets(subject);
  text += History(subject.history);
  text += "## The tables\n\n";
  for (const Table& table : subject.database.tables) text += TableSection(subject, table);
  text.pop_back();
  return text;
}

}  // namespace roost::describe
