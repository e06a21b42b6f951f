#include "shred/array_class.h"

#include "shred/number.h"

namespace roost::shred {
namespace {

constexpr ArrayFacts kMixed{ArrayClass::kJson};

/// The list slot of a scalar; kCount for anything else.
Slot ListSlotOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kNull:
      return Slot::kListNull;
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      return Slot::kListBool;
    case TokenKind::kNumber:
      return Slot::kListNumber;
    case TokenKind::kText:
      return Slot::kListText;
    default:
      return Slot::kCount;
  }
}

/// Adds an item to what is known of those before it; false if they are mixed.
bool AddScalar(const Tape& tape, const Token& item, ArrayFacts& facts) {
  Slot slot = ListSlotOf(item.kind);
  if (slot == Slot::kListNull) return true;
  if (slot == Slot::kCount || (facts.slot != Slot::kListNull && facts.slot != slot)) return false;
  facts.slot = slot;
  if (slot != Slot::kListNumber) return true;
  Number number = ReadNumber(tape.base() + item.begin);
  if (number.kind == NumberKind::kWhole || number.kind == NumberKind::kHuge) return false;
  facts.has_fraction |= number.kind == NumberKind::kFraction;
  facts.has_inexact |= number.kind == NumberKind::kInteger && !IsExactInDouble(number.integer);
  return !(facts.has_fraction && facts.has_inexact);
}

ArrayFacts ClassifyScalars(Tape& tape, Items items) {
  ArrayFacts facts{ArrayClass::kList};
  bool is_list = true;
  tape.ForEachItem(items,
                   [&](const Token& item) { return is_list = AddScalar(tape, item, facts); });
  return is_list ? facts : kMixed;
}

/// Arrays and nulls: a table if every inner array is a table or empty, and one is a table.
ArrayFacts ClassifyArrays(Tape& tape, Items items) {
  const auto& tokens = tape.tokens();
  bool has_table = false;
  for (uint32_t at = items.first; at < items.end; at = tokens[at].next) {
    if (tokens[at].kind == TokenKind::kNull) continue;
    if (tokens[at].kind != TokenKind::kArray) return kMixed;
    ArrayClass inner = ClassifyArray(tape, at).array_class;
    if (inner != ArrayClass::kTable && inner != ArrayClass::kEmpty) return kMixed;
    has_table |= inner == ArrayClass::kTable;
  }
  return has_table ? ArrayFacts{ArrayClass::kTable} : kMixed;
}

ArrayFacts ClassifyObjects(const Tape& tape, Items items) {
  const auto& tokens = tape.tokens();
  for (uint32_t at = items.first; at < items.end; at = tokens[at].next) {
    if (tokens[at].kind != TokenKind::kObject && tokens[at].kind != TokenKind::kNull) return kMixed;
  }
  return {ArrayClass::kTable};
}

}  // namespace

ArrayFacts Classify(Tape& tape, Items items) {
  const auto& tokens = tape.tokens();
  if (items.count == 0) return {ArrayClass::kEmpty};
  for (uint32_t at = items.first; at < items.end; at = tokens[at].next) {
    if (tokens[at].kind == TokenKind::kNull) continue;
    if (tokens[at].kind == TokenKind::kObject) return ClassifyObjects(tape, items);
    if (tokens[at].kind == TokenKind::kArray) return ClassifyArrays(tape, items);
    break;
  }
  return ClassifyScalars(tape, items);
}

}  // namespace roost::shred
