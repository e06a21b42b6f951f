// Joins what several shredders found: one tree of paths for each table, with all counts summed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shred/table.h"

namespace roost::shred {

struct MergedSlot {
  uint64_t values = 0;
  uint64_t solid_lists = 0;
  uint64_t items = 0;
  FirstSight first, first_other;
};

/// What all text values of a path are.
struct MergedTime {
  Layout layout = Layout::kNone;  // kDate, kTimestamp, or kText for anything else
  TimeFormat format;
};

struct MergedNode {
  std::string key;
  std::string path;
  const HintPlace* hints = nullptr;
  PathCounts counts;
  std::unique_ptr<std::array<MergedSlot, kSlotCount>> slots;  // null: no values
  MergedTime time;
  bool has_fraction = false, has_beyond_int64 = false, list_has_fraction = false;
  uint64_t inexact_values = 0, inexact_lists = 0, inexact_list_items = 0, lists_as_text = 0;
  FirstSight first_inexact, first_inexact_list;
  std::map<std::string, std::unique_ptr<MergedNode>> children;

  const MergedSlot& operator[](Slot slot) const;
  MergedSlot& slot(Slot slot);
  /// Rows in which the path holds a scalar that is not null, a list that is not empty, or JSON
  /// text.
  uint64_t values_with_column() const;
  Treatment treatment() const { return hints ? hints->treatment() : Treatment::kUsual; }
  /// True if the path has columns (final_columns.h), maybe one of type null.
  bool has_column() const;
};

struct MergedTable {
  std::string identity;
  std::string json_path;
  TableKind kind = TableKind::kRoot;
  std::string parent_identity;           // empty for roots
  std::vector<std::string> parent_keys;  // from the parent's record to its array or map
  std::vector<std::string> parents;      // identities
  uint64_t rows = 0;
  MergedNode root;
  uint64_t layout_values = 0, extra_values = 0;
  std::map<uint64_t, std::string> shapes;  // by hash
  bool spelled = false;
};

/// Tables by identity. Each set can be counted once: its PathCounts are completed from its shapes,
/// and their texts move.
std::map<std::string, MergedTable> MergeTables(const std::vector<TableSet*>& sets);

}  // namespace roost::shred
