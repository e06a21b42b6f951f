#include "shred/reference/dump.h"

#include <algorithm>

#include "shred/reference/json.h"

namespace roost::shred::reference {
namespace {

std::string IdText(int64_t id) {
  return std::to_string(id >> 24) + "." + std::to_string(id & 0xFFFFFF);
}

std::string FormatText(const TimeFormat& format) {
  static constexpr const char* kSuffixes[] = {"", "Z", "+00:00"};
  const bool bare = format.saw_bare && format.fraction_digits > 0;
  return std::string(" '") + format.separator + "' fraction " +
         std::to_string(format.fraction_digits) + (bare ? " or none" : "") +
         (format.suffix > 0 ? std::string(" ") + kSuffixes[format.suffix] : "");
}

// Names may hold line breaks and worse.
std::string Shown(const std::string& name) {
  const std::string quoted = Quote(name);
  const bool plain =
      !name.empty() && quoted.size() == name.size() + 2 && name.find(' ') == std::string::npos;
  return plain ? name : quoted;
}

std::string ColumnLine(const Column& column) {
  std::string line =
      "  " + Shown(column.name) + " " + Shown(column.path) + " " + TypeName(column.type);
  if (!column.time_pattern.empty()) {
    line += " " + Quote(column.time_pattern);
  } else if (column.type == FinalType::kTimestampUtc || column.type == FinalType::kTimestampLocal) {
    line += FormatText(column.time);
  }
  if (!column.conflict_of.empty()) {
    line += " beside " + Shown(column.conflict_of) + ": " + std::to_string(column.conflicts);
  }
  return line + "\n";
}

std::string RowLine(const Table& table, const Row& row) {
  std::string line = "  " + IdText(row.id);
  if (table.kind != TableKind::kRoot) {
    line += " of " + IdText(row.parent) + "[" + std::to_string(row.index) + "]";
  }
  line += " " + row.shape;
  for (const Column& column : table.columns) {
    const auto value = row.values.find(column.name);
    if (value != row.values.end()) line += " " + Shown(column.name) + "=" + value->second;
  }
  return line + "\n";
}

std::string TechnicalNames(const Table& table) {
  std::string text;
  const auto add = [&](const std::string& name, const std::string& usual) {
    if (name != usual) text += (text.empty() ? "  technical " : " ") + Shown(name);
  };
  add(table.id_name, "_roost_id");
  if (table.kind != TableKind::kRoot) add(table.parent_name, "_roost_parent");
  if (table.kind != TableKind::kRoot) add(table.index_name, "_roost_idx");
  add(table.shape_name, "_roost_shape");
  return text.empty() ? text : text + "\n";
}

std::string TableBlock(const Table& table, const DumpOptions& options) {
  std::string text = "table " + Shown(table.name) + " " + KindName(table.kind) + " " +
                     Shown(table.identity) + " " + Shown(table.json_path);
  for (const std::string& parent : table.parents) text += " <- " + Shown(parent);
  text += (table.spelled ? " spelled\n" : "\n") + TechnicalNames(table);
  const size_t columns = std::min(options.max_columns, table.columns.size());
  for (size_t i = 0; i < columns; ++i) text += ColumnLine(table.columns[i]);
  if (columns < table.columns.size()) {
    text += "  ... " + std::to_string(table.columns.size() - columns) + " more columns\n";
  }
  const size_t rows = std::min(options.max_rows, table.rows.size());
  for (size_t i = 0; i < rows; ++i) text += RowLine(table, table.rows[i]);
  if (rows < table.rows.size()) {
    text += "  ... " + std::to_string(table.rows.size() - rows) + " more rows\n";
  }
  return text;
}

}  // namespace

std::string Dump(const Result& result, const DumpOptions& options) {
  std::string text;
  for (const Table& table : result.tables) text += TableBlock(table, options);
  for (const Reject& reject : result.rejects) {
    text += "reject " + Shown(reject.file) + " offset " + std::to_string(reject.offset) + " line " +
            std::to_string(reject.line) + " bytes " + std::to_string(reject.bytes) +
            (options.reasons ? ": " + reject.reason : "") + "\n";
  }
  for (const FileResult& file : result.files) {
    text += "file " + Shown(file.path) + " " + file.framing + " " + std::to_string(file.records) +
            " records\n";
  }
  if (result.counts.duplicate_keys > 0) {
    text += "repeated keys " + std::to_string(result.counts.duplicate_keys) + "\n";
  }
  return text;
}

const char* TypeName(FinalType type) {
  static constexpr const char* kNames[] = {
      "null",       "int64",       "decimal38",     "double",          "bool",
      "text",       "date",        "timestamp_utc", "timestamp_local", "json",
      "list_int64", "list_double", "list_bool",     "list_text"};
  return kNames[static_cast<size_t>(type)];
}

const char* KindName(TableKind kind) {
  static constexpr const char* kNames[] = {"root", "array", "map", "overflow"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace roost::shred::reference
