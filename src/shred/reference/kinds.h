// Says what values are to the tables: the class of an array, the slot of a leaf, exactness.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shred/column.h"
#include "shred/reference/json.h"

namespace roost::shred::reference {

enum class ArrayClass : uint8_t { kEmpty, kTable, kList, kJson };

/// The class of a value of kind kArray.
ArrayClass ClassOf(const Value& array);

/// The slot of a leaf: a scalar that is not null, or an array of class kList or kJson.
Slot SlotOf(const Value& leaf);

/// No fraction and no exponent; `-0` has a fraction.
bool IsInteger(const Value& number);
/// Of an integer.
bool FitsInt64(const Value& integer);
/// The nearest double; infinite beyond the range.
double AsDouble(const Value& number);
/// True if a double holds this integer exactly.
bool IsExactInDouble(const Value& integer);
/// True if an integer among the numbers of this list is not exact in a double.
bool HasInexact(const Value& list);
/// True if a number of this list has a fraction or exponent.
bool HasFraction(const Value& list);

/// A double as text that reads back: the shortest.
std::string ShortestText(double value);

/// JSON text without the white space between its tokens.
std::string WithoutSpace(std::string_view json);

/// JSON text of a leaf for a column of JSON. The tokens of class kJson stay as they are and white
/// space between them goes; a list is written from its values.
std::string JsonText(const Value& leaf);

}  // namespace roost::shred::reference
