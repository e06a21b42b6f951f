// Makes tables in memory, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "relate/profile.h"
#include "relate/value_store.h"

namespace roost::relate {

/// Tables in memory: name -> columns -> texts, "" for null.
struct Tables {
  Database database;
  ValueStore values;

  void Add(const std::string& name,
           const std::vector<std::pair<std::string, std::vector<std::string>>>& columns) {
    Table& table = database.tables.emplace_back();
    table.id = static_cast<int>(database.tables.size()) - 1;
    table.name = name;
    for (const auto& [column_name, texts] : columns) {
      Column& column = database.columns.emplace_back();
      column.id = static_cast<int>(database.columns.size()) - 1;
      column.table = table.id;
      column.position = static_cast<int>(table.columns.size());
      column.name = column_name;
      table.columns.push_back(column.id);
      table.rows = texts.size();
      ValueStore::Kept kept;
      for (const std::string& text : texts) {
        sketch::Value value = sketch::ValueOfText(text);
        column.sketch.Add(value);
        kept.rows.push_back(value.hash);
        if (value.kind == sketch::Value::Kind::kText) kept.texts.emplace(value.hash, text);
      }
      FinishColumn(column);
      values.Keep(column, std::move(kept));
    }
  }
};

/// prefix0, prefix1, ... of `count` rows.
inline std::vector<std::string> Numbered(const std::string& prefix, int count, int step = 1) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(prefix + std::to_string(i * step));
  return texts;
}

}  // namespace roost::relate
