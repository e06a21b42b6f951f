#include "shred/merge.h"

#include <algorithm>

#include "shred/path_counts.h"
#include "shred/time_text.h"

namespace roost::shred {
namespace {

void MergeTime(MergedTime& into, const NodeColumn& column) {
  bool is_time = column.layout == Layout::kDate || column.layout == Layout::kTimestamp;
  if (!is_time) {
    into.layout = Layout::kText;
  } else if (into.layout == Layout::kNone) {
    into = {column.layout, column.time};
  } else if (into.layout != column.layout) {
    into.layout = Layout::kText;
  } else if (column.layout == Layout::kTimestamp) {
    auto format = MergeFormats(into.format, column.time);
    into = format ? MergedTime{column.layout, *format} : MergedTime{Layout::kText, {}};
  }
}

void AddCounts(PathCounts& into, const PathCounts& counts) {
  into.scalars += counts.scalars;
  into.objects += counts.objects;
  into.lists += counts.lists;
  into.empties += counts.empties;
  into.tables += counts.tables;
  into.jsons += counts.jsons;
  into.maps += counts.maps;
  into.positions += counts.positions;
}

void MergeNode(MergedNode& into, const Node& node) {
  into.key = node.key;
  into.path = node.path;
  AddCounts(into.counts, node.counts);
  for (size_t i = 0; i < kSlotCount; ++i) {
    const NodeColumn* column = node.columns[i].get();
    if (!column || column->flushed_values == 0) continue;
    auto slot = static_cast<Slot>(i);
    auto same = [slot](const MergedSlot& each) { return each.slot == slot; };
    auto found = std::find_if(into.slots.begin(), into.slots.end(), same);
    MergedSlot& merged = found == into.slots.end() ? into.slots.emplace_back() : *found;
    merged.slot = slot;
    merged.values += column->flushed_values;
    merged.solid_lists += column->solid_lists;
    merged.items += column->flushed_items;
    merged.first.Merge(column->first);
    if (slot == Slot::kText) MergeTime(into.time, *column);
  }
  into.has_fraction |= node.has_fraction;
  into.has_beyond_int64 |= node.has_beyond_int64;
  into.list_has_fraction |= node.list_has_fraction;
  into.inexact_values += node.inexact_values;
  into.inexact_lists += node.inexact_lists;
  into.inexact_list_items += node.inexact_list_items;
  into.lists_as_text += node.lists_as_text;
  into.first_inexact.Merge(node.first_inexact);
  into.first_inexact_list.Merge(node.first_inexact_list);
  for (const auto& child : node.children) {
    auto& merged = into.children[child->key];
    if (!merged) merged = std::make_unique<MergedNode>();
    MergeNode(*merged, *child);
  }
}

void MergeShapes(MergedTable& into, const Table& table) {
  into.spelled |= table.shapes.overflowed();
  for (uint32_t number = 0; number < table.shapes.size(); ++number) {
    if (table.shapes.count(number) == 0) continue;
    uint64_t hash = table.shapes.hashes()[number].hash;
    auto [place, is_new] = into.shapes.emplace(hash, table.shapes.text(number));
    if (!is_new && place->second != table.shapes.text(number)) into.spelled = true;
  }
}

void CountShapes(Table& table) {
  for (uint32_t number = 0; number < table.shapes.size(); ++number) {
    uint64_t count = table.shapes.count(number);
    if (count) CountPaths(table.root, table.shapes.text(number), count);
  }
}

/// The keys from the parent's record to the array or map whose rows `table` holds.
std::vector<std::string> KeysFromParent(const Table& table) {
  std::vector<std::string> keys;
  if (!table.parent_node) return keys;
  for (const Node* step = table.parent_node; step->parent; step = step->parent) {
    keys.insert(keys.begin(), step->key);
  }
  return keys;
}

uint64_t FlushedValues(const Node& node) {
  const auto& column = node.columns[static_cast<size_t>(Slot::kText)];
  return column ? column->flushed_values : 0;
}

void MergeTable(MergedTable& into, Table& table) {
  CountShapes(table);
  into.identity = table.identity;
  into.json_path = table.json_path;
  into.kind = table.kind;
  if (table.parent) into.parent_identity = table.parent->identity;
  into.parent_keys = KeysFromParent(table);
  for (const Table* parent : table.parents) {
    if (std::find(into.parents.begin(), into.parents.end(), parent->identity) ==
        into.parents.end()) {
      into.parents.push_back(parent->identity);
    }
  }
  into.rows += table.flushed_rows;
  MergeNode(into.root, table.root);
  into.layout_values += FlushedValues(table.layout);
  into.extra_values += FlushedValues(table.extra);
  MergeShapes(into, table);
}

/// Too many shapes in all, though no shredder alone had too many.
void CheckShapes(MergedTable& table) {
  size_t bytes = 0;
  for (const auto& [hash, text] : table.shapes) bytes += text.size();
  table.spelled |= table.shapes.size() > kMaxShapes || bytes > kMaxShapeBytes;
}

}  // namespace

const MergedSlot& MergedNode::operator[](Slot slot) const {
  static const MergedSlot kNone;
  for (const MergedSlot& each : slots) {
    if (each.slot == slot) return each;
  }
  return kNone;
}

std::map<std::string, MergedTable> MergeTables(const std::vector<TableSet*>& sets) {
  std::map<std::string, MergedTable> merged;
  for (TableSet* set : sets) {
    for (const auto& table : set->tables()) {
      if (table->flushed_rows > 0) MergeTable(merged[table->identity], *table);
    }
  }
  for (auto& [identity, table] : merged) {
    CheckShapes(table);
    std::sort(table.parents.begin(), table.parents.end());
    if (!table.parents.empty()) table.parent_identity = table.parents.front();
  }
  return merged;
}

}  // namespace roost::shred
