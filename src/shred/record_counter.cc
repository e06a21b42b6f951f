#include "shred/record_counter.h"

#include "shred/array_class.h"
#include "shred/path_counts.h"

namespace roost::shred {
namespace {

/// Values but lists that columns have taken.
uint64_t ValuesOf(const Node& node) {
  uint64_t values = node.inexact_counts ? 0 - node.inexact_counts->lists_as_text : 0;
  for (Slot slot :
       {Slot::kNumber, Slot::kWhole, Slot::kBool, Slot::kText, Slot::kTime, Slot::kJson}) {
    if (const NodeColumn* column = node.column(slot)) values += column->flushed_values;
  }
  return values;
}

void DropColumns(Node& node) {
  node.counts.filled = ValuesOf(node);
  node.columns.reset();
  node.inexact_counts.reset();
  node.object_serial = 0;
  for (const auto& child : node.children()) DropColumns(*child);
}

}  // namespace

RecordCounter::RecordCounter(TableSet* tables) : tables_(*tables) {
  for (const auto& table : tables_.tables()) {
    CountShapes(*table);
    DropColumns(table->root);
    for (Node* node : {&table->key, &table->layout, &table->extra}) node->columns.reset();
    table->columns = {};
    table->shapes = ShapeRegistry();
  }
}

void RecordCounter::Count(Tape& tape, Table& table) {
  tape_ = &tape;
  members_.assign(tape.tokens().size(), nullptr);
  Row(table, 0);
}

void RecordCounter::CountStreamed(Table& table, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    Node* node = table.root.Find(key, 0);
    if (!node || node->counts.empties == 0) continue;
    --node->counts.empties;
    ++node->counts.tables;
  }
}

void RecordCounter::Row(Table& table, uint32_t index) {
  ++table.flushed_rows;
  Value(table.root, index);
}

void RecordCounter::Value(Node& node, uint32_t index) {
  TokenKind kind = tape_->tokens()[index].kind;
  bool is_null = kind == TokenKind::kNull;
  if (node.treatment() == Treatment::kJson && !is_null) {
    ++node.counts.jsons;
    ++node.counts.filled;
    return;
  }
  bool is_only = node.treatment() == Treatment::kList && !is_null && kind != TokenKind::kArray;
  if (is_only) return Array(node, OnlyItem(*tape_, index));
  switch (kind) {
    case TokenKind::kObject:
      return node.is_map ? Map(node, index) : Object(node, index);
    case TokenKind::kArray:
      return Array(node, ItemsOf(*tape_, index));
    case TokenKind::kNull:
      ++node.counts.scalars;
      return;
    default:
      ++node.counts.scalars;
      ++node.counts.filled;
  }
}

/// Of a key that comes again, the last value counts.
void RecordCounter::Object(Node& node, uint32_t index) {
  const auto& tokens = tape_->tokens();
  ++node.counts.objects;
  uint64_t serial = ++object_serial_;
  size_t place = 0;
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    Node* child = tables_.Child(node, tape_->Text(tokens[key]), place++);
    if (child->object_serial == serial) members_[child->member] = nullptr;
    child->object_serial = serial;
    child->member = key + 1;
    members_[key + 1] = child;
  }
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    if (Node* child = members_[key + 1]) Value(*child, key + 1);
  }
}

void RecordCounter::Map(Node& node, uint32_t index) {
  ++node.counts.maps;
  Table& child = *tables_.MapRows(node);
  const auto& tokens = tape_->tokens();
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    Row(child, key + 1);
  }
}

void RecordCounter::Array(Node& node, Items items) {
  switch (Classify(*tape_, items).array_class) {
    case ArrayClass::kEmpty:
      ++node.counts.empties;
      return;
    case ArrayClass::kTable:
      ++node.counts.tables;
      return Rows(*tables_.ArrayRows(node), items);
    case ArrayClass::kList:
      ++node.counts.lists;
      return;
    case ArrayClass::kJson:
      ++node.counts.jsons;
      ++node.counts.filled;
      return;
  }
}

void RecordCounter::Rows(Table& child, Items items) {
  const auto& tokens = tape_->tokens();
  for (uint32_t at = items.first; at < items.end; at = tokens[at].next) {
    Row(child, at);
  }
}

}  // namespace roost::shred
