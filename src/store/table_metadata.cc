#include "store/table_metadata.h"

#include "base/json_text.h"

namespace roost::store {
namespace {

using shred::FinalColumn;
using shred::FinalTable;
using shred::FinalType;
using shred::TableKind;
using shred::TimeFormat;

constexpr char kHexDigits[] = "0123456789abcdef";

void AppendField(std::string& to, std::string_view key, std::string_view value) {
  if (to.back() != '{') to += ',';
  AppendJsonString(to, key);
  to += ':';
  AppendJsonString(to, value);
}

void AppendTimeFormat(std::string& to, const TimeFormat& time) {
  constexpr std::string_view kSuffixes[] = {"", "Z", "+00:00"};
  to += ",\"format\":{";
  AppendField(to, "separator", std::string_view(&time.separator, 1));
  AppendField(to, "suffix", kSuffixes[time.suffix]);
  to += ",\"fraction_digits\":" + std::to_string(time.fraction_digits);
  bool bare = time.saw_bare && time.fraction_digits > 0;
  to += bare ? ",\"bare\":true}" : ",\"bare\":false}";
}

void AppendColumn(std::string& to, const FinalColumn& column) {
  to += '{';
  AppendField(to, "name", column.name);
  AppendField(to, "path", column.path);
  AppendField(to, "json_path", column.json_path);
  AppendField(to, "type", TypeName(column.type));
  if (!column.time_pattern.empty()) {
    to += ",\"format\":{";
    AppendField(to, "pattern", column.time_pattern);
    to += '}';
  } else if (column.type == FinalType::kTimestampUtc || column.type == FinalType::kTimestampLocal) {
    AppendTimeFormat(to, column.time);
  }
  if (!column.conflict_of.empty()) {
    AppendField(to, "conflict_of", column.conflict_of);
    to += ",\"conflicts\":" + std::to_string(column.conflict_values);
    if (column.first_conflict_id >= 0) {
      to += ",\"first_conflict\":{\"id\":" + std::to_string(column.first_conflict_id) +
            ",\"offset\":" + std::to_string(column.first_conflict_offset) + '}';
    }
  }
  to += '}';
}

std::string ShapeTexts(const FinalTable& table) {
  std::string to = "{";
  for (const shred::FinalShape& shape : table.shapes) {
    char digits[16];
    for (int i = 0; i < 16; ++i) digits[i] = kHexDigits[shape.hash >> (60 - 4 * i) & 15];
    AppendField(to, {digits, 16}, shape.text);
  }
  to += '}';
  return to;
}

}  // namespace

std::string_view KindName(TableKind kind) {
  switch (kind) {
    case TableKind::kRoot:
      return "root";
    case TableKind::kArray:
      return "array";
    case TableKind::kMap:
      return "map";
    case TableKind::kOverflow:
      break;
  }
  return "overflow";
}

std::string_view TypeName(FinalType type) {
  constexpr std::string_view kNames[] = {
      "null",       "int64",       "decimal38",     "double",          "bool",
      "text",       "date",        "timestamp_utc", "timestamp_local", "json",
      "list_int64", "list_double", "list_bool",     "list_text"};
  return kNames[static_cast<size_t>(type)];
}

std::string TableFactsText(const FinalTable& table) {
  std::string to = "{\"version\":1";
  AppendField(to, "table", table.name);
  AppendField(to, "identity", table.identity);
  AppendField(to, "json_path", table.json_path);
  AppendField(to, "kind", KindName(table.kind));
  to += ",\"parents\":[";
  for (const std::string& parent : table.parent_names) {
    if (to.back() != '[') to += ',';
    AppendJsonString(to, parent);
  }
  to += ']';
  AppendField(to, "id", table.id_name);
  if (table.kind != TableKind::kRoot) {
    AppendField(to, "parent", table.parent_name);
    AppendField(to, "index", table.index_name);
  }
  AppendField(to, "shape", table.shape_name);
  to += ",\"columns\":[";
  bool spelled = false;
  for (const FinalColumn& column : table.columns) {
    if (to.back() != '[') to += ',';
    AppendColumn(to, column);
    spelled |= column.path == "!layout";
  }
  to += spelled ? "],\"spelled\":true}" : "],\"spelled\":false}";
  return to;
}

KeyValues TableMetadata(const FinalTable& table) {
  KeyValues pairs = {{"roost", TableFactsText(table)}};
  if (!table.shapes.empty()) pairs.emplace_back("roost.shapes", ShapeTexts(table));
  return pairs;
}

}  // namespace roost::store
