// Names the tables and columns of a run as they are published: what the store writes from what was
// shredded. Made by Publish (publish.h) from the counts of all shredders; the same for any order of
// files, any number of threads and any memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shred/column.h"

namespace roost::shred {

enum class FinalType : uint8_t {
  kNull,  // only nulls were seen: written as a text column without values
  kInt64,
  kDecimal38,  // decimal(38, 0)
  kDouble,
  kBool,
  kText,
  kDate,
  kTimestampUtc,  // microseconds
  kTimestampLocal,
  kJson,  // text that is JSON (Parquet logical type JSON)
  kListInt64,
  kListDouble,
  kListBool,
  kListText,
};

/// Which values of a source a column takes.
enum class Take : uint8_t {
  kAll,
  kExactInDouble,    // numbers (for lists: lists of numbers) that a double holds exactly
  kInexactInDouble,  // the others
  kHollow,           // lists without an item that is not null (empty ones too)
  kSolid,            // the other lists
  kIntegers,         // numbers (no lists) that are integers of int64
  kFractions,        // the others, -0.0 among them
};

/// Values of one slot that go into a column, cast to its type without loss. Casts that occur:
/// kNumber (int64 or double chunks) -> kInt64, kDouble, kDecimal38; kWhole -> kInt64, kDecimal38;
/// kText (text, dictionary, date, timestamp chunks) -> kText, written back by the chunk's
/// TimeFormat; kTime -> kDate or both kinds of timestamp, as its chunks are; kListNumber ->
/// kListInt64, kListDouble; kListNull -> any list type; any list slot -> kJson.
struct ColumnSource {
  Slot slot;
  Take take = Take::kAll;
  bool drop_empty = false;  // zero-length lists become null
};

/// A column of a published table, the values of which go into another one when the table's rows are
/// written anew. Casts as above, where its type stands for its slot, and also: kDecimal38 ->
/// kDouble, dates and timestamps -> kText.
struct EarlierColumn {
  std::string name;
  Take take = Take::kAll;
  bool drop_empty = false;
};

struct FinalColumn {
  std::string name;       // unique in its table without regard to case
  std::string path;       // ColumnId::path of all its sources
  std::string json_path;  // for people: $.students[*].guardian.name
  FinalType type = FinalType::kNull;
  TimeFormat time;                     // of dates and timestamps: the one recorded format
  std::string time_pattern;            // the format instead, where a hint names it (time_pattern.h)
  std::vector<ColumnSource> sources;   // no row has values in two of them (after Take)
  std::vector<EarlierColumn> earlier;  // where a published table is written anew: what goes here
  std::string conflict_of;             // name of the column whose sibling this is, or empty
  uint64_t conflict_values = 0;        // values in a sibling
  int64_t first_conflict_id = -1;      // _roost_id of the first row whose value went here
  uint64_t folded_values = 0;          // by how many the items of lists that went into JSON texts
                                       // outnumber those texts
  uint64_t first_conflict_offset = 0;  // of that row's record in its file
  int64_t first_id = -1;  // _roost_id of the first row whose value made the column what it is: new,
                          // or wider than before; -1 where there is none
};

struct FinalShape {
  uint64_t hash;
  std::string text;  // grammar in docs/formats/tables.md, "Shapes"
};

enum class TableKind : uint8_t { kRoot, kArray, kMap, kOverflow };

struct FinalTable {
  std::string identity;   // Slab::table_identity
  std::string name;       // unique without regard to case; a safe file name of at most 120 bytes
  std::string json_path;  // $ for roots, $.students[*] for a child table
  TableKind kind = TableKind::kRoot;
  uint64_t rows = 0;
  std::string parent_identity;            // empty for roots and for tables that several roots share
  std::vector<std::string> parent_names;  // tables that _roost_parent may point to
  std::string id_name = "_roost_id";      // technical names differ only where a user's key has them
  std::string parent_name = "_roost_parent";  // unused in roots
  std::string index_name = "_roost_idx";      // unused in roots
  std::string shape_name = "_roost_shape";
  std::vector<FinalColumn> columns;  // in published order; technical text columns
                                     // (_roost_layout, _roost_extra, key) are among them
  std::vector<FinalShape> shapes;    // all shapes that shredders numbered
  bool spelled = false;  // too many shapes: the metadata lists none; the column at path "!layout"
                         // holds the shape text of every row: what was shredded into it, else
                         // (that chunk null) the text of the row's shape hash among `shapes`
};

struct FinalSchema {
  std::vector<FinalTable> tables;  // sorted by name
};

}  // namespace roost::shred
