// Decides where an array goes: nowhere, rows of a child table, a list column, or JSON text.
// The rules are in docs/formats/tables.md, "Arrays"; they look at the one array alone.
#pragma once

#include "shred/column.h"
#include "shred/tape.h"

namespace roost::shred {

enum class ArrayClass : char { kEmpty = 'e', kTable = 't', kList = 'l', kJson = 'j' };

/// What a shape has for a scalar that is no text, but stands in a text column as it was written.
constexpr char kVerbatimLetter = 'S';

struct ArrayFacts {
  ArrayClass array_class;
  Slot slot = Slot::kListNull;  // of kList
  bool has_fraction = false;    // of kListNumber
  bool has_inexact = false;     // of kListNumber: an integer that a double cannot hold
};

inline Items ItemsOf(const Tape& tape, uint32_t array) {
  const Token& token = tape.tokens()[array];
  return {array + 1, token.next, token.count};
}
inline Items OnlyItem(const Tape& tape, uint32_t value) {
  return {value, tape.tokens()[value].next, 1};
}

inline bool IsOnlyItem(uint32_t index, Items items) { return items.first == index; }

/// What a shape has for an array: a small letter, or a capital where one value stands for it.
inline char LetterOf(ArrayClass array_class, bool is_only_item) {
  constexpr int kToCapital = 'A' - 'a';
  return static_cast<char>(static_cast<char>(array_class) + (is_only_item ? kToCapital : 0));
}

ArrayFacts Classify(Tape& tape, Items items);
/// `index` is the token of an array.
inline ArrayFacts ClassifyArray(Tape& tape, uint32_t index) {
  return Classify(tape, ItemsOf(tape, index));
}

}  // namespace roost::shred
