// Holds the tables and columns of one run, with all that later steps know of each column.
//
// Filled by ReadDatabase (profile.h) and NameColumns (naming.h); then only read. Columns have ids
// 0..n-1 across all tables, so that facts about them can stand in plain vectors. Values are kept as
// hashes (sketch/value_hash.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "relate/words.h"
#include "sketch/column_sketch.h"

namespace roost::exporting {
class Part;
}

namespace roost::relate {

enum class Type : uint8_t { kNone, kInteger, kFraction, kText, kDate };

/// How a column's values are stored; decides how they are shown, and what they may refer to.
enum class Storage : uint8_t { kPlain, kDate, kTimestamp, kList, kJson, kOther };

/// The words of a column's name and what they say.
struct ColumnWords {
  Words all;               // never empty
  Words stem;              // without id, key, code...
  std::string joined;      // all, in one
  Bigrams bigrams;         // of the whole name
  bool id_like = false;    // an id word is among the last two
  bool bare = false;       // nothing but id words: id, key
  bool own = false;        // names its own table: students.student_id
  bool elsewhere = false;  // taken from what stands around the values, not from the name
  bool measure = false, title = false, role = false;
  int same_named = 1;  // columns with the same words in all tables, this one included
};

struct Column {
  int id = 0, table = 0, position = 0;
  std::string name;
  Storage storage = Storage::kPlain;
  std::string type_name, json_path, format, conflict_of;  // for people
  bool of_conflict = false;                               // a sibling column

  int source = -1;        // of a column of ids out of paths (paths.h): the column of those paths
  std::string path_kind;  // the word before these ids

  sketch::ColumnSketch sketch;
  Type type = Type::kNone;
  uint64_t rows = 0, nulls = 0, values = 0;
  uint64_t distinct = 0;  // exact if the sketch is, or if `counted`
  bool counted = false;
  bool unique = false;    // no value comes twice; proven
  double length = 0;      // mean, as text
  double density = 0;     // integers: distinct / (largest - smallest + 1)
  double bits = 0;        // how unlikely it is that a stranger hits a value by accident, in bits
  bool sequence = false;  // 0..n-1 or 1..n
  std::vector<uint64_t> probes;      // a few hashes of different values
  std::vector<uint64_t> first_rows;  // hashes of the first rows of a table that is not kept whole

  ColumnWords words;

  bool Full() const { return nulls == 0 && rows > 0; }
  bool IsDerived() const { return source >= 0; }
  int OwnId() const { return IsDerived() ? source : id; }  // of the column that is in the table
  bool IsList() const { return storage == Storage::kList; }
};

struct Table {
  int id = 0;
  std::string name, json_path;
  uint64_t rows = 0, bytes = 0;
  std::vector<std::shared_ptr<const exporting::Part>> parts;
  std::vector<int> columns;  // ids, in order
  // Of a roost store: the technical columns and where rows may lie in.
  std::string id_name, parent_name, index_name;
  std::vector<std::string> parents;

  Words words;  // of its name, without noise
  Bigrams bigrams;
  bool described = false;      // has a name or title column
  double reference_share = 0;  // of its columns, those that look like references
};

struct Database {
  std::string folder;
  bool is_store = false;
  std::vector<Table> tables;    // by name
  std::vector<Column> columns;  // by id; derived ones stand in no table
  WordWeights word_weights;     // rare words of table names weigh more

  const Table& TableOf(const Column& column) const { return tables[column.table]; }
  const Column& ColumnAt(int id) const { return columns[id]; }
};

}  // namespace roost::relate
