// Appends lists of scalars to list columns.
//
// Empty lists and lists of nulls join the node's list column. Those that come before there is one
// wait in a column of slot kListNull, whose place the first real list column takes over.
#pragma once

#include "shred/array_class.h"
#include "shred/table.h"
#include "shred/tape.h"

namespace roost::shred {

/// The list column for a list of class kList or kEmpty; null where an empty array needs none,
/// because the path holds tables.
NodeColumn* ListColumnFor(TableSet& tables, Node& node, const ArrayFacts& facts);

/// The one list column of a node with a kind, or null if it has none or several.
NodeColumn* OnlyListColumn(Node& node);

/// Begins a list of `count` items.
void BeginList(Column& column, uint32_t row, uint32_t count);

/// Adds a null item.
void AppendNullItem(Column& items);

/// Adds an item; its kind must fit the column's slot.
void AppendListItem(NodeColumn& column, Tape& tape, const Token& token);

}  // namespace roost::shred
