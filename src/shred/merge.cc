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
  into.filled += counts.filled;
}

void MergeColumns(MergedNode& into, const Node& node) {
  if (!node.columns) return;
  for (const auto& column : *node.columns) {
    if (!column || column->flushed_values == 0) continue;
    MergedSlot& slot = into.slot(column->slot);
    slot.values += column->flushed_values;
    slot.solid_lists += column->solid_lists;
    slot.items += column->flushed_items;
    slot.first.Merge(column->first);
    slot.first_other.Merge(column->first_other);
    if (column->slot == Slot::kText) MergeTime(into.time, *column);
  }
}

void MergeNode(MergedNode& into, const Node& node) {
  into.key = node.key;
  into.path = node.path;
  into.hints = node.hints;
  AddCounts(into.counts, node.counts);
  MergeColumns(into, node);
  into.has_fraction |= node.has_fraction;
  into.has_beyond_int64 |= node.has_beyond_int64;
  into.list_has_fraction |= node.list_has_fraction;
  if (const InexactCounts* inexact = node.inexact_counts.get()) {
    into.inexact_values += inexact->values;
    into.inexact_lists += inexact->lists;
    into.inexact_list_items += inexact->list_items;
    into.lists_as_text += inexact->lists_as_text;
    into.first_inexact.Merge(inexact->first);
    into.first_inexact_list.Merge(inexact->first_list);
  }
  for (const auto& child : node.children()) {
    auto& merged = into.children[child->key];
    if (!merged) merged = std::make_unique<MergedNode>();
    MergeNode(*merged, *child);
  }
}

void MergeShapes(MergedTable& into, Table& table) {
  into.spelled |= table.shapes.overflowed();
  for (uint32_t number = 0; number < table.shapes.size(); ++number) {
    if (table.shapes.count(number) == 0) continue;
    uint64_t hash = table.shapes.hashes()[number].hash;
    std::string text = table.shapes.TakeText(number);
    auto [place, is_new] = into.shapes.try_emplace(hash, std::move(text));
    if (!is_new && place->second != text) into.spelled = true;
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
  const NodeColumn* column = node.column(Slot::kText);
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
  return slots ? (*slots)[static_cast<size_t>(slot)] : kNone;
}

MergedSlot& MergedNode::slot(Slot slot) {
  if (!slots) slots = std::make_unique<std::array<MergedSlot, kSlotCount>>();
  return (*slots)[static_cast<size_t>(slot)];
}

uint64_t MergedNode::values_with_column() const {
  return counts.filled + (*this)[Slot::kNumber].values + (*this)[Slot::kWhole].values +
         (*this)[Slot::kBool].values + (*this)[Slot::kText].values + (*this)[Slot::kTime].values +
         (*this)[Slot::kJson].values - lists_as_text + counts.lists;
}

bool MergedNode::has_column() const {
  bool has_only_nulls = counts.scalars > 0 && counts.seen() == counts.scalars;
  return has_only_nulls || values_with_column() > 0;
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
