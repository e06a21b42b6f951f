#include "shred/emitter.h"

#include <algorithm>

#include "shred/append.h"
#include "shred/convert.h"
#include "shred/list_append.h"
#include "shred/number.h"
#include "shred/path.h"
#include "shred/path_counts.h"
#include "shred/time_text.h"

namespace roost::shred {
/// The column of a slot at a node, with a layout if it had none; `row` is where a value will go.
NodeColumn& Emitter::ColumnFor(Node& node, Slot slot, uint32_t row, Layout layout) {
  NodeColumn& column = *tables_.ColumnOf(node, slot);
  column.first.Note(node.table->id[row], cursor_.record_offset());
  if (column.layout == Layout::kNone) {
    column.layout = layout;
  }
  return column;
}

Status Emitter::EmitRecord(Tape& tape, uint32_t index, Table& table, int64_t parent_id,
                           uint32_t index_in_parent) {
  tape_ = &tape;
  ROOST_TRY(resolver_.Resolve(tape, index, table));
  counts_.duplicate_keys += resolver_.duplicate_keys();
  if (tables_.needs_plan()) return Status::OK();
  if (streamed_) MarkStreamed(index);
  Row(table, cursor_.NewRow(table, parent_id, index_in_parent), index);
  return Status::OK();
}

void Emitter::MarkStreamed(uint32_t index) {
  const auto& tokens = tape_->tokens();
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    bool is_streamed = std::find(streamed_->begin(), streamed_->end(), tape_->Text(tokens[key])) !=
                       streamed_->end();
    if (is_streamed && tokens[key + 1].kind == TokenKind::kArray) resolver_.SetRows(key + 1);
  }
}

void Emitter::Row(Table& table, uint32_t row, uint32_t index) {
  std::string outer_extra = std::move(extra_);
  extra_.clear();
  uint32_t outer_overflow = std::exchange(overflow_index_, 0);
  size_t mark = shapes_.size();
  Value(table.root, row, index);
  SetShape(table, row, std::string_view(shapes_).substr(mark));
  shapes_.resize(mark);
  if (!extra_.empty()) {
    ++counts_.values;
    PlainText(table.extra, Slot::kText, row, "[" + extra_ + "]");
  }
  overflow_index_ = outer_overflow;
  extra_ = std::move(outer_extra);
}

void Emitter::SetShape(Table& table, uint32_t row, std::string_view text) {
  uint64_t hash = ShapeHash(text);
  uint32_t number = table.shapes.NumberOf(text, hash);
  if (number == ShapeRegistry::kSpelled) {
    number = table.shapes.AddPassing(hash);
    CountPaths(table.root, text, 1);
    PlainText(table.layout, Slot::kText, row, text);
  }
  table.shape[row] = number;
}

void Emitter::Value(Node& node, uint32_t row, uint32_t index) {
  if (node.treatment() != Treatment::kUsual && Hinted(node, row, index)) return;
  switch (tape_->tokens()[index].kind) {
    case TokenKind::kObject:
      return node.is_map ? Map(node, row, index) : Object(node, row, index);
    case TokenKind::kArray:
      return Array(node, row, index, ItemsOf(*tape_, index));
    default:
      shapes_ += 's';
      return Scalar(node, row, index);
  }
}

/// Writes a value that is not null as its path's hint asks; false where that is the usual way.
bool Emitter::Hinted(Node& node, uint32_t row, uint32_t index) {
  const Token& token = tape_->tokens()[index];
  if (token.kind == TokenKind::kNull) return false;
  switch (node.treatment()) {
    case Treatment::kJson:
      shapes_ += static_cast<char>(ArrayClass::kJson);
      Json(node, row, index, ItemsOf(*tape_, index));
      return true;
    case Treatment::kList:
      if (token.kind == TokenKind::kArray) return false;
      Array(node, row, index, OnlyItem(*tape_, index));
      return true;
    case Treatment::kText:
      if (token.kind >= TokenKind::kText) return false;
      shapes_ += kVerbatimLetter;
      ++counts_.values;
      PlainText(node, Slot::kText, row, tape_->Raw(token));
      return true;
    case Treatment::kTimestamp:
      return token.kind == TokenKind::kText && TimeOfFormat(node, row, tape_->Text(token));
    default:
      return false;
  }
}

bool Emitter::TimeOfFormat(Node& node, uint32_t row, std::string_view text) {
  const TimePattern& pattern = node.hints->hint->pattern;
  std::optional<int64_t> time = pattern.Parse(text);
  if (!time) return false;
  shapes_ += 's';
  ++counts_.values;
  if (pattern.type() == FinalType::kDate) {
    AppendDate(ColumnFor(node, Slot::kTime, row, Layout::kDate), row, static_cast<int32_t>(*time));
  } else {
    AppendInteger(ColumnFor(node, Slot::kTime, row, Layout::kTimestamp), row, *time);
  }
  return true;
}

void Emitter::Object(Node& node, uint32_t row, uint32_t index) {
  (void)node;
  const auto& tokens = tape_->tokens();
  shapes_ += '{';
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    if (key != index + 1) shapes_ += ',';
    AppendQuoted(shapes_, tape_->Text(tokens[key]));
    shapes_ += ':';
    if (Node* child = resolver_[key + 1].node) {
      Value(*child, row, key + 1);
    } else {
      shapes_ += 'd';
      if (!extra_.empty()) extra_ += ',';
      tape_->AppendMinified(key + 1, extra_);
    }
  }
  shapes_ += '}';
}

void Emitter::Map(Node& node, uint32_t row, uint32_t index) {
  shapes_ += 'm';
  Table& child = *tables_.MapRows(node);
  const auto& tokens = tape_->tokens();
  int64_t parent_id = node.table->id[row];
  uint32_t place = 0;
  for (uint32_t key = index + 1; key < tokens[index].next; key = tokens[key + 1].next) {
    uint32_t child_row = cursor_.NewRow(child, parent_id, place++);
    ++counts_.values;
    PlainText(child.key, Slot::kText, child_row, tape_->Text(tokens[key]));
    Row(child, child_row, key + 1);
  }
}

void Emitter::Array(Node& node, uint32_t row, uint32_t index, Items items) {
  ArrayClass array_class = resolver_[index].array.array_class;
  shapes_ += LetterOf(array_class, IsOnlyItem(index, items));
  if (array_class == ArrayClass::kTable) return ArrayRows(node, row, items);
  if (node.is_overflow) {
    if (array_class != ArrayClass::kEmpty) Overflow(node, row, index);
    return;
  }
  if (array_class == ArrayClass::kJson) return Json(node, row, index, items);
  List(node, row, index, items);
}

void Emitter::ArrayRows(Node& node, uint32_t row, Items items) {
  Table& child = *tables_.ArrayRows(node);
  const auto& tokens = tape_->tokens();
  int64_t parent_id = node.table->id[row];
  uint32_t place = 0;
  for (uint32_t at = items.first; at < items.end; at = tokens[at].next) {
    Row(child, cursor_.NewRow(child, parent_id, place++), at);
  }
}

/// The value at a path that keeps no column: a row of the overflow table, keyed by the path.
void Emitter::Overflow(Node& node, uint32_t row, uint32_t index) {
  Table& child = *tables_.Overflow(*node.table);
  uint32_t child_row = cursor_.NewRow(child, node.table->id[row], overflow_index_++);
  PlainText(child.key, Slot::kText, child_row, node.path);
  Row(child, child_row, index);
}

void Emitter::Json(Node& node, uint32_t row, uint32_t index, Items items) {
  bool is_only = IsOnlyItem(index, items);
  text_ = is_only ? "[" : "";
  tape_->AppendMinified(index, text_);
  if (is_only) text_ += ']';
  ++counts_.values;
  PlainText(node, Slot::kJson, row, text_);
}

/// Elements that are not null.
uint64_t Emitter::CountItems(Items items) const {
  uint64_t solid = 0;
  tape_->ForEachItem(items, [&](const Token& item) {
    solid += item.kind != TokenKind::kNull;
    return true;
  });
  return solid;
}

void Emitter::List(Node& node, uint32_t row, uint32_t index, Items items) {
  const ArrayFacts& facts = resolver_[index].array;
  if (facts.has_inexact) {
    // Beside fractions such a list can only be text; without, it may have to become text later.
    if (node.list_has_fraction) {
      ++node.inexact().lists_as_text;
      return Json(node, row, index, items);
    }
    InexactCounts& inexact = node.inexact();
    ++inexact.lists;
    inexact.list_items += CountItems(items);
    inexact.first_list.Note(node.table->id[row], cursor_.record_offset());
  }
  NodeColumn* column = ListColumnFor(tables_, node, facts);
  if (!column) return;
  column->first.Note(node.table->id[row], cursor_.record_offset());
  if (facts.has_fraction) column->first_other.Note(node.table->id[row], cursor_.record_offset());
  column->solid_lists += facts.slot != Slot::kListNull;
  BeginList(*column, row, items.count);
  tape_->ForEachItem(items, [&](const Token& item) {
    ++(item.kind == TokenKind::kNull ? counts_.nulls : counts_.values);
    AppendListItem(*column, *tape_, item);
    return true;
  });
}

void Emitter::PlainText(Node& node, Slot slot, uint32_t row, std::string_view text) {
  NodeColumn& column = ColumnFor(node, slot, row, Layout::kDictionary);
  column.never_time |= slot != Slot::kText || node.path.starts_with('!');
  // Appending reads 32 bytes from the start of a text, so short ones are copied to where they are.
  char padded[64];
  if (text.size() <= 32) std::memcpy(padded, text.data(), text.size());
  const char* from = text.size() <= 32 ? padded : text.data();
  AppendText(column, row, from, static_cast<uint32_t>(text.size()));
}

void Emitter::Scalar(Node& node, uint32_t row, uint32_t index) {
  const Token& token = tape_->tokens()[index];
  if (token.kind == TokenKind::kNull) {
    ++counts_.nulls;
    return;
  }
  if (node.is_overflow) return Overflow(node, row, index);
  ++counts_.values;
  switch (token.kind) {
    case TokenKind::kNumber:
      return NumberValue(node, row, index);
    case TokenKind::kText:
      return TextValue(node, row, tape_->Text(token));
    default:
      AppendBool(ColumnFor(node, Slot::kBool, row, Layout::kBool), row,
                 token.kind == TokenKind::kTrue);
  }
}

void Emitter::NumberValue(Node& node, uint32_t row, uint32_t index) {
  const Number number = ReadNumber(tape_->base() + tape_->tokens()[index].begin);
  std::string_view raw = tape_->Raw(tape_->tokens()[index]);
  if (number.kind == NumberKind::kHuge) return PlainText(node, Slot::kJson, row, raw);
  if (number.kind == NumberKind::kWhole) {
    node.has_beyond_int64 = true;
    return PlainText(node, Slot::kWhole, row, raw);
  }
  bool is_integer = number.kind == NumberKind::kInteger;
  if (is_integer && !IsExactInDouble(number.integer)) {
    if (node.has_fraction) return PlainText(node, Slot::kWhole, row, raw);
    ++node.inexact().values;
    node.inexact().first.Note(node.table->id[row], cursor_.record_offset());
  }
  NodeColumn& column =
      ColumnFor(node, Slot::kNumber, row, node.has_fraction ? Layout::kDouble : Layout::kInt64);
  if (column.layout == Layout::kInt64) {
    AppendInteger(column, row, number.integer);
  } else {
    if (!is_integer) column.first_other.Note(node.table->id[row], cursor_.record_offset());
    AppendDouble(column, row, is_integer ? static_cast<double>(number.integer) : number.fraction);
  }
}

void Emitter::TextValue(Node& node, uint32_t row, std::string_view text) {
  NodeColumn& column = ColumnFor(node, Slot::kText, row, Layout::kDictionary);
  if (column.layout == Layout::kDate) {
    AppendDate(column, row, *ParseDate(text.data(), text.size()));
  } else if (column.layout == Layout::kTimestamp) {
    AppendInteger(column, row, ParseTimestamp(text.data(), text.size())->micros);
  } else {
    column.first_other.Note(node.table->id[row], cursor_.record_offset());
    AppendText(column, row, text.data(), static_cast<uint32_t>(text.size()));
  }
}

}  // namespace roost::shred
