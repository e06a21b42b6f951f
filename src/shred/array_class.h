// Decides where an array goes: nowhere, rows of a child table, a list column, or JSON text.
// The rules are in docs/formats/tables.md, "Arrays"; they look at the one array alone.
#pragma once

#include "shred/column.h"
#include "shred/tape.h"

namespace roost::shred {

enum class ArrayClass : char { kEmpty = 'e', kTable = 't', kList = 'l', kJson = 'j' };

struct ArrayFacts {
  ArrayClass array_class;
  Slot slot = Slot::kListNull;  // of kList
  bool has_fraction = false;    // of kListNumber
  bool has_inexact = false;     // of kListNumber: an integer that a double cannot hold
};

/// `index` is the token of an array.
ArrayFacts ClassifyArray(const Tape& tape, uint32_t index);

}  // namespace roost::shred
