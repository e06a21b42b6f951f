// Shreds documents the obvious way, to compare the fast engine with: docs/formats/tables.md taken
// literally, for files of up to 2 MiB that are all in memory.
//
// A tree of every document, ordered maps, everything looked at as often as needed; no streaming, no
// cache of shapes, no threads. It shares no code with the engine beyond the names of things in
// column.h, hints.h and published.h, and serves tests alone. Pure functions: safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "shred/hints.h"
#include "shred/published.h"

namespace roost::shred::reference {

struct File {
  std::string path;
  std::string bytes;          // decoded
  std::string root_table;     // identity and name of its root table
  uint64_t first_number = 0;  // _roost_id >> 24 of its rows
};

struct Options {
  size_t max_depth = 1024;
  size_t max_record_bytes = 64u << 20;
  size_t max_paths = 2000;   // with columns, a table
  size_t max_shapes = 4096;  // a table; past it shapes are spelled out in every row
  size_t max_shape_bytes = 16u << 20;
  size_t min_map_keys = 256;
  std::vector<Hint> hints;
};

struct Row {
  int64_t id = 0;
  int64_t parent = -1;
  uint32_t index = 0;
  std::string shape;                          // its text
  std::map<std::string, std::string> values;  // column name -> canonical text of the typed value
};

struct Column {
  std::string name, path;
  FinalType type = FinalType::kNull;
  TimeFormat time;           // of kTimestampUtc and kTimestampLocal
  std::string time_pattern;  // the format instead, where a hint names it
  std::string conflict_of;   // column whose sibling this is, or empty
  uint64_t conflicts = 0;    // values in a sibling
};

struct Table {
  std::string name, identity, json_path;
  TableKind kind = TableKind::kRoot;
  std::vector<std::string> parents;  // names of the tables that parent ids point to, sorted
  std::string id_name = "_roost_id", parent_name = "_roost_parent", index_name = "_roost_idx",
              shape_name = "_roost_shape";
  std::vector<Column> columns;  // in published order, technical text columns (!key, ...) included
  bool spelled = false;         // shapes stand in every row, in _roost_layout
  std::vector<Row> rows;        // by id
};

struct Reject {
  std::string file;
  uint64_t offset = 0, line = 0, bytes = 0;  // of the raw bytes
  std::string reason;
};

struct Counts {
  uint64_t records = 0;  // taken
  uint64_t rejects = 0;
  uint64_t duplicate_keys = 0;  // values in _roost_extra
};

struct FileResult {
  std::string path, framing;  // framing: array, lines, values
  uint64_t records = 0;       // taken
};

struct Result {
  std::vector<Table> tables;      // by name
  std::vector<FileResult> files;  // as given
  std::vector<Reject> rejects;    // by file as given, then offset
  Counts counts;
};

Result Shred(const std::vector<File>& files, const Options& options = {});

}  // namespace roost::shred::reference
