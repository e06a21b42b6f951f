#include <cmath>
#include <nlohmann/json.hpp>

#include "describe/parts.h"

namespace roost::describe {

namespace {

using Json = nlohmann::ordered_json;
using relate::Column;
using relate::Table;

constexpr size_t kTopValues = 5;

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string TopText(const Column& column, const sketch::TopValues::Entry& entry) {
  bool moment =
      column.storage == relate::Storage::kDate || column.storage == relate::Storage::kTimestamp;
  if (!moment || !column.sketch.only_integers()) return entry.text;
  return NumberText(column, static_cast<double>(sketch::IntegerOfHash(entry.hash)));
}

Json QuantilesOf(const Column& column) {
  Json quantiles;
  bool numbers = column.sketch.only_numbers();
  for (auto [name, share] : {std::pair{"p1", 0.01}, {"p50", 0.5}, {"p99", 0.99}}) {
    quantiles[name] =
        numbers ? Json(NumberText(column, column.sketch.numbers().Quantile(share))) : Json();
  }
  return quantiles;
}

Json FormsOf(const Column& column) {
  Json forms = Json::object();
  const auto& counts = column.sketch.text_classes();
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) forms[sketch::NameOf(static_cast<sketch::TextClass>(i))] = counts[i];
  }
  return forms;
}

/// Columns that hold what this one could not.
Json SiblingsOf(const Subject& subject, const Column& column) {
  Json siblings = Json::array();
  for (int id : subject.database.TableOf(column).columns) {
    const Column& other = subject.database.ColumnAt(id);
    if (other.conflict_of == column.name) siblings.push_back(other.name);
  }
  return siblings;
}

Json ColumnJson(const Subject& subject, const Column& column) {
  const sketch::ColumnSketch& sketch = column.sketch;
  const SeenIn& seen = subject.files.columns[static_cast<size_t>(column.id)];
  Json json = {{"name", column.name},
               {"json_path", OrNull(column.json_path)},
               {"type", column.type_name},
               {"format", OrNull(column.format)},
               {"conflict_of", OrNull(column.conflict_of)},
               {"siblings", SiblingsOf(subject, column)},
               {"first_file", OrNull(seen.first_file)},
               {"first_offset", seen.first_offset ? Json(*seen.first_offset) : Json()},
               {"last_file", OrNull(seen.last_file)},
               {"values", column.values},
               {"nulls", column.nulls},
               {"distinct", column.distinct},
               {"distinct_error", column.counted ? 0.0 : sketch::HyperLogLog::kStandardError},
               {"unique", column.unique}};
  bool any = sketch.values() > 0;
  json["min"] = any ? Json(SmallestText(column)) : Json();
  json.update(QuantilesOf(column));
  json["max"] = any ? Json(LargestText(column)) : Json();
  json["mean_length"] =
      sketch.texts() > 0 ? Json(std::round(sketch.mean_length() * 10) / 10) : Json();
  json["top_values"] = Json::array();
  for (const auto& entry : sketch.top().Top(kTopValues)) {
    json["top_values"].push_back({{"value", TopText(column, entry)}, {"count", entry.count}});
  }
  json["top_values_error"] = sketch.top().error();
  json["forms"] = FormsOf(column);
  return json;
}

Json WhenJson(const Relation& relation) {
  if (relation.when_column.empty()) return Json();
  return {{"column", relation.when_column}, {"value", relation.when_value}};
}

Json ReferenceJson(const Relation& relation) {
  return {{"columns", relation.columns},
          {"ref_table", relation.ref_table},
          {"ref_columns", relation.ref_columns},
          {"when", WhenJson(relation)},
          {"path_kind", OrNull(relation.path_kind)},
          {"tier", NameOf(relation.tier)}};
}

Json TableJson(const Subject& subject, const Table& table) {
  const SeenIn& seen = subject.files.tables[static_cast<size_t>(table.id)];
  Json json = {{"name", table.name},
               {"json_path", OrNull(table.json_path)},
               {"rows", table.rows},
               {"parts", table.parts.size()},
               {"bytes", table.bytes},
               {"files", PathOf(subject.database, table)},
               {"first_file", OrNull(seen.first_file)},
               {"last_file", OrNull(seen.last_file)},
               {"primary_key", subject.KeysOf(table).primary_key},
               {"references", Json::array()},
               {"columns", Json::array()}};
  for (const Relation* relation : subject.RelationsFrom(table)) {
    json["references"].push_back(ReferenceJson(*relation));
  }
  for (int column : table.columns) {
    json["columns"].push_back(ColumnJson(subject, subject.database.ColumnAt(column)));
  }
  return json;
}

}  // namespace

std::string SchemaJson(const Subject& subject) {
  Json json = {{"version", 1}, {"tables", Json::array()}};
  for (const Table& table : subject.database.tables) {
    json["tables"].push_back(TableJson(subject, table));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace roost::describe
