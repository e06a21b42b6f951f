// Holds what one shredder knows of a table: its rows since the last flush, and the tree of paths
// with their columns.
//
// Table -> Node (a path inside the record) -> NodeColumn (one slot of that path). An array or map
// at a Node leads to a child Table. Everything belongs to one Shredder and one thread; pointers
// stay valid as long as the Shredder.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/buffer.h"
#include "shred/coded_shapes.h"
#include "shred/column.h"
#include "shred/hints.h"
#include "shred/plan.h"
#include "shred/published.h"
#include "shred/shape_registry.h"
#include "shred/slab.h"

namespace roost::shred {

struct Table;
struct Node;
struct Key;
struct ObjectPlaces;

/// The first value of some kind: its row, and the offset of its record in the file.
struct FirstSight {
  int64_t id = -1;
  uint64_t offset = 0;
  bool seen() const { return id >= 0; }
  void Note(int64_t row_id, uint64_t record_offset) {
    if (id < 0) *this = {row_id, record_offset};
  }
  void Merge(const FirstSight& other) {
    if (other.seen() && (!seen() || other.id < id)) *this = other;
  }
};

/// A column with what is needed to publish it. Counts cover rows already flushed.
struct NodeColumn : Column {
  ColumnId id;
  uint32_t token = 0;
  Node* node = nullptr;
  uint64_t flushed_values = 0;
  bool in_row_group = false;      // has values in the open row group
  uint64_t flushed_items = 0;     // of lists: items that are not null
  uint64_t solid_lists = 0;       // lists with an item that is not null
  FirstSight first, first_other;  // other than all before: a fraction, or a text that is no time
};

/// How often a path was seen, in rows whose shape has no number (the others are counted by shape).
struct PathCounts {
  uint64_t scalars = 0, objects = 0, lists = 0, empties = 0, tables = 0, jsons = 0, maps = 0;
  uint64_t positions = 0;  // sum of the places of the path in its records
  uint64_t filled = 0;     // scalars that are not null, and JSON texts; by RecordCounter only
  uint64_t seen() const { return scalars + objects + lists + empties + tables + jsons + maps; }
};

/// The members that an object was seen to have. Few objects have any, so it is kept apart: 100,000
/// keys have a Node each, in every thread.
struct Children {
  std::vector<std::unique_ptr<Node>> nodes;  // in order of first sight
  std::vector<uint32_t> slots;  // once there are many: place + 1 in nodes, or 0; open addressing

  void Add(std::unique_ptr<Node> node);
  Node* Find(std::string_view key) const;

 private:
  void Insert(uint32_t place);
};

/// What publishing must know of integers that a double cannot hold.
struct InexactCounts {
  uint64_t values = 0;  // int64 in kNumber that a double cannot hold
  FirstSight first;
  uint64_t lists = 0;       // lists in kListNumber with such an integer
  uint64_t list_items = 0;  // all their items
  FirstSight first_list;
  uint64_t lists_as_text = 0;  // lists of numbers written as JSON text at once
};

struct Node {
  std::string key;
  std::string path;  // pointer inside the record
  Node* parent = nullptr;
  Table* table = nullptr;
  bool is_map = false;       // by plan: its objects' members are rows
  bool is_overflow = false;  // by plan: its values are rows of the overflow table
  bool has_column = false;   // for sure, whatever comes: it held a value, a list, or JSON
  bool has_fraction = false;
  bool has_beyond_int64 = false;
  bool list_has_fraction = false;
  std::unique_ptr<Children> members;  // made with the first
  std::unique_ptr<std::array<std::unique_ptr<NodeColumn>, kSlotCount>> columns;  // likewise
  std::unique_ptr<InexactCounts> inexact_counts;                                 // likewise
  Table* array_rows = nullptr;
  Table* map_rows = nullptr;
  PathCounts counts;
  uint64_t object_serial = 0;        // of the last object that had this key (duplicate keys)
  uint32_t member = 0;               // which member of that object it was
  Key* spelled = nullptr;            // for the walker (spellings.h)
  const HintPlace* hints = nullptr;  // at this path and below

  NodeColumn* column(Slot slot) const {
    return columns ? (*columns)[static_cast<size_t>(slot)].get() : nullptr;
  }
  Treatment treatment() const { return hints ? hints->treatment() : Treatment::kUsual; }
  InexactCounts& inexact();
  std::span<const std::unique_ptr<Node>> children() const {
    return members ? members->nodes : std::span<const std::unique_ptr<Node>>();
  }
  /// The child at `key`; `place` is where it is expected.
  Node* Find(std::string_view key, size_t place) const;
};

struct Table {
  std::string identity;
  std::string json_path;
  TableKind kind = TableKind::kRoot;
  uint32_t number = 0;
  Table* parent = nullptr;
  const Node* parent_node = nullptr;  // the array or map in the parent's record
  std::vector<Table*> parents;  // all tables whose rows may hold its rows (roots share tables)
  Node root;                    // the record itself, path ""
  Node key, layout, extra;      // technical texts, paths !key, !layout, !extra
  Table* overflow = nullptr;

  uint32_t rows = 0;  // in the slab
  uint32_t capacity = 0;
  Buffer<int64_t> id, parent_id;
  Buffer<uint32_t> index, shape;
  uint64_t flushed_rows = 0;
  bool row_group_open = false;
  ShapeRegistry shapes;
  std::vector<NodeColumn*> columns;  // by token
  size_t column_paths = 0;           // how many of its paths have columns for sure
  ObjectPlaces* places = nullptr;    // for the walker (spellings.h, coded_shapes.h)
  CodedShapes coded_shapes;

  uint64_t unit_serial = 0;  // unit in which next_in_unit counts
  uint64_t next_in_unit = 0;
  uint64_t record_serial = 0;  // record in which the marks below were set
  uint32_t mark_rows = 0;
  uint64_t mark_next_in_unit = 0;

  /// Makes room for more rows.
  void Grow();
};

/// Creates tables and nodes by plan, one set for a shredder.
class TableSet {
 public:
  explicit TableSet(const Plan& plan) : plan_(plan) {}

  Table* Root(const std::string& name);
  Table* ArrayRows(Node& node);
  Table* MapRows(Node& node);
  Table* Overflow(Table& table);
  Node* Child(Node& node, std::string_view key, size_t place);
  /// The column of `slot` at `node`, made with no layout if it is new.
  NodeColumn* ColumnOf(Node& node, Slot slot);
  /// The path holds something that needs a column.
  void NoteColumn(Node& node) {
    if (node.has_column) [[likely]]
      return;
    node.has_column = true;
    needs_plan_ |= ++node.table->column_paths > kMaxTablePaths;
  }

  /// True once a table has more paths with columns than can be published: then the plan will
  /// change (plan.h), and this attempt's values are for nothing.
  bool needs_plan() const { return needs_plan_; }
  const std::vector<std::unique_ptr<Table>>& tables() const { return tables_; }
  size_t node_count() const { return node_count_; }

 private:
  struct Origin {  // of a table
    Table* parent = nullptr;
    const HintPlace* hints = nullptr;
  };
  Table* Make(const std::string& identity, std::string json_path, TableKind kind, Origin origin);
  Table* Below(Node& node, const char* mark, const char* step, TableKind kind);
  void Adopt(Node& node, Table* table, const HintPlace* hints);

  const Plan& plan_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::unordered_map<std::string, Table*> by_identity_;
  size_t node_count_ = 0;
  bool needs_plan_ = false;
};

}  // namespace roost::shred
