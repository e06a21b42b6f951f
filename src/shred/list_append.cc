#include "shred/list_append.h"

#include <utility>

#include "shred/append.h"
#include "shred/number.h"

namespace roost::shred {
namespace {

/// Gives the values that wait in kListNull to the node's first real list column.
void TakeWaiting(NodeColumn& column, NodeColumn& waiting) {
  column.values = std::exchange(waiting.values, 0);
  column.nulls = std::exchange(waiting.nulls, 0);
  column.null_runs = std::exchange(waiting.null_runs, {});
  std::swap(column.list_lengths, waiting.list_lengths);
  column.element->null_runs = std::exchange(waiting.element->null_runs, {});
  column.element->nulls = std::exchange(waiting.element->nulls, 0);
  waiting.list_lengths.Clear();
}

Layout ItemLayout(const NodeColumn& column, const Token& token) {
  switch (token.kind) {
    case TokenKind::kText:
      return Layout::kDictionary;
    case TokenKind::kNumber:
      return column.node->list_has_fraction ? Layout::kDouble : Layout::kInt64;
    default:
      return Layout::kBool;
  }
}

}  // namespace

NodeColumn* OnlyListColumn(Node& node) {
  NodeColumn* only = nullptr;
  for (Slot slot : {Slot::kListNumber, Slot::kListBool, Slot::kListText}) {
    NodeColumn* column = node.column(slot);
    if (!column || column->layout == Layout::kNone) continue;
    if (only) return nullptr;
    only = column;
  }
  return only;
}

NodeColumn* ListColumnFor(TableSet& tables, Node& node, const ArrayFacts& facts) {
  if (facts.slot == Slot::kListNull) {
    if (NodeColumn* only = OnlyListColumn(node)) return only;
    if (facts.array_class == ArrayClass::kEmpty && node.array_rows) return nullptr;
  }
  NodeColumn& column = *tables.ColumnOf(node, facts.slot);
  if (column.layout == Layout::kNone) {
    column.layout = Layout::kList;
    column.element = std::make_unique<Column>();
    column.element->slot = facts.slot;
    NodeColumn* waiting = node.column(Slot::kListNull);
    bool is_first = facts.slot != Slot::kListNull && OnlyListColumn(node) == &column;
    if (is_first && waiting && waiting->values > 0 && !waiting->in_row_group) {
      TakeWaiting(column, *waiting);
    }
  }
  return &column;
}

void BeginList(Column& column, uint32_t row, uint32_t count) {
  CoverNulls(column, row);
  column.list_lengths.Push(count);
  ++column.values;
}

void AppendNullItem(Column& items) {
  uint32_t item = items.values + items.nulls;
  auto& runs = items.null_runs;
  if (!runs.empty() && runs.back().row + runs.back().count == item) {
    ++runs.back().count;
  } else {
    runs.push_back({item, 1});
  }
  ++items.nulls;
}

void AppendListItem(NodeColumn& column, Tape& tape, const Token& token) {
  Column& items = *column.element;
  if (token.kind == TokenKind::kNull) return AppendNullItem(items);
  if (items.layout == Layout::kNone) items.layout = ItemLayout(column, token);
  uint32_t item = items.values + items.nulls;
  if (token.kind == TokenKind::kText) {
    std::string_view text = tape.Text(token);
    return AppendText(items, item, text.data(), static_cast<uint32_t>(text.size()));
  }
  if (token.kind != TokenKind::kNumber) {
    return AppendBool(items, item, token.kind == TokenKind::kTrue);
  }
  Number number = ReadNumber(tape.base() + token.begin);
  bool is_integer = number.kind == NumberKind::kInteger;
  if (items.layout == Layout::kInt64) return AppendInteger(items, item, number.integer);
  AppendDouble(items, item, is_integer ? static_cast<double>(number.integer) : number.fraction);
}

}  // namespace roost::shred
