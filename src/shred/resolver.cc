#include "shred/resolver.h"

#include "shred/convert.h"
#include "shred/number.h"
#include "shred/time_text.h"

namespace roost::shred {

Status Resolver::Resolve(Tape& tape, uint32_t index, Table& table) {
  tape_ = &tape;
  duplicate_keys_ = 0;
  if (resolved_.capacity() > kKeptTokens) resolved_ = {};
  resolved_.assign(tape.tokens().size(), Resolved{});
  return Value(table.root, index);
}

Status Resolver::Value(Node& node, uint32_t index) {
  const Token& token = tape_->tokens()[index];
  resolved_[index].node = &node;
  if (token.kind == TokenKind::kNull) return Status::OK();
  Treatment treatment = node.treatment();
  if (treatment == Treatment::kJson) {
    tables_.NoteColumn(node);
    return Status::OK();
  }
  if (token.kind == TokenKind::kArray) return Array(node, index, ItemsOf(*tape_, index));
  if (treatment == Treatment::kList) return Array(node, index, OnlyItem(*tape_, index));
  if (token.kind == TokenKind::kObject) {
    return node.is_map ? Map(node, index) : Object(node, index);
  }
  if (node.is_overflow) {
    ROOST_TRY(Value(tables_.Overflow(*node.table)->root, index));
    resolved_[index].node = &node;  // the record's own path is still this one
    return Status::OK();
  }
  tables_.NoteColumn(node);
  if (token.kind == TokenKind::kText) return Text(node, tape_->Text(token));
  if (treatment == Treatment::kText) return Status::OK();
  bool is_fraction = token.kind == TokenKind::kNumber &&
                     ReadNumber(tape_->base() + token.begin).kind == NumberKind::kFraction;
  return is_fraction ? Fraction(node) : Status::OK();
}

/// First finds which members count (the last of each key), then resolves these.
Status Resolver::Object(Node& node, uint32_t index) {
  const auto& tokens = tape_->tokens();
  uint64_t serial = ++object_serial_;
  size_t place = 0;
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    Node* child = tables_.Child(node, tape_->Text(tokens[key]), place++);
    if (child->object_serial == serial) {
      resolved_[child->member].node = nullptr;
      ++duplicate_keys_;
    }
    child->object_serial = serial;
    child->member = key + 1;
    resolved_[key + 1].node = child;
  }
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    if (Node* child = resolved_[key + 1].node) ROOST_TRY(Value(*child, key + 1));
  }
  return Status::OK();
}

Status Resolver::Map(Node& node, uint32_t index) {
  Table& child = *tables_.MapRows(node);
  const auto& tokens = tape_->tokens();
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    ROOST_TRY(Value(child.root, key + 1));
  }
  return Status::OK();
}

Status Resolver::Array(Node& node, uint32_t index, Items items) {
  ArrayFacts facts = Classify(*tape_, items);
  if (facts.array_class == ArrayClass::kTable) {
    Table& child = *tables_.ArrayRows(node);
    const auto& tokens = tape_->tokens();
    for (uint32_t at = items.first; at < items.end; at = tokens[at].next) {
      ROOST_TRY(Value(child.root, at));
    }
  }
  // Only now: an only item is at the same token as the array that it stands for.
  resolved_[index] = {&node, facts};
  if (facts.array_class == ArrayClass::kTable) return Status::OK();
  Node* target = &node;
  if (node.is_overflow && facts.array_class != ArrayClass::kEmpty) {
    target = &tables_.Overflow(*node.table)->root;
  }
  if (facts.array_class != ArrayClass::kEmpty) tables_.NoteColumn(*target);
  bool is_numbers = facts.array_class == ArrayClass::kList && facts.slot == Slot::kListNumber;
  return is_numbers ? ListOfNumbers(*target, facts) : Status::OK();
}

Status Resolver::Release(NodeColumn& column, bool empty) {
  Table& table = *column.node->table;
  if (empty) ROOST_TRY(flusher_.Flush(table));
  return column.in_row_group ? flusher_.EndRowGroup(table) : Status::OK();
}

Status Resolver::Fraction(Node& node) {
  if (node.has_fraction) return Status::OK();
  node.has_fraction = true;
  NodeColumn* column = node.column(Slot::kNumber);
  if (!column || column->layout != Layout::kInt64) return Status::OK();
  ROOST_TRY(Release(*column, node.inexact_counts && node.inexact_counts->values > 0));
  IntegersToDoubles(*column);
  return Status::OK();
}

Status Resolver::ListOfNumbers(Node& node, const ArrayFacts& facts) {
  if (!facts.has_fraction || node.list_has_fraction) return Status::OK();
  node.list_has_fraction = true;
  NodeColumn* column = node.column(Slot::kListNumber);
  if (!column || !column->element || column->element->layout != Layout::kInt64) return Status::OK();
  ROOST_TRY(Release(*column, node.inexact_counts && node.inexact_counts->lists > 0));
  IntegersToDoubles(*column->element);
  return Status::OK();
}

Status Resolver::Text(Node& node, std::string_view text) {
  if (node.treatment() == Treatment::kTimestamp && node.hints->hint->pattern.Parse(text)) {
    return Status::OK();
  }
  NodeColumn& column = *tables_.ColumnOf(node, Slot::kText);
  column.never_time |= node.treatment() == Treatment::kText;
  if (column.layout == Layout::kNone) ChooseTextLayout(column, text);
  if (column.layout == Layout::kDate && ParseDate(text.data(), text.size())) return Status::OK();
  if (column.layout == Layout::kTimestamp) {
    auto timestamp = ParseTimestamp(text.data(), text.size());
    auto format = timestamp ? MergeFormats(column.time, timestamp->format) : std::nullopt;
    if (format) {
      column.time = *format;
      return Status::OK();
    }
  }
  if (column.layout == Layout::kDate || column.layout == Layout::kTimestamp) {
    ROOST_TRY(Release(column, false));
    TimesToText(column);
  }
  return Status::OK();
}

}  // namespace roost::shred
