// Keeps how a table's columns came to be in its properties: what changed when, and which file
// brought it.
//
// The property `roost.history` is a JSON array, one object a change, oldest first; it goes from
// entry to entry, so that it is there when old entries are not. docs/formats/store.md describes it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ledger/entry.h"
#include "shred/published.h"

namespace roost::store {

constexpr const char* kHistoryProperty = "roost.history";
constexpr size_t kMostChanges = 1000;  // of a table; of older ones only the number is kept

struct SchemaChange {
  enum class Kind : uint8_t {
    kTable,    // began, with so many columns; `type` is its kind: root, array, map, overflow
    kColumn,   // is new
    kSibling,  // is new, for what the column `before` cannot hold
    kWider,    // has another type or format than `before`
    kGone,     // nothing is in it any more
    kEarlier,  // so many older changes are not listed
  };
  Kind kind = Kind::kColumn;
  int64_t version = 0, ms = 0;  // of the ledger; since 1970
  std::string column, type, before;
  std::string file;    // that brought it, as the ledger names it; empty where none did
  uint64_t count = 0;  // of kTable and kEarlier
};

/// As the property names it: table column sibling wider gone earlier.
const char* NameOf(SchemaChange::Kind kind);

/// A column's type with its format, for people.
std::string TypeText(const shred::FinalColumn& column);

/// What is other in `after`; `before` may be null. Versions and times are AddHistory's to set.
/// `file_of` tells the file of a row.
std::vector<SchemaChange> ChangesBetween(const shred::FinalTable* before,
                                         const shred::FinalTable& after,
                                         const std::function<std::string(int64_t id)>& file_of);

/// Gives the schema that `table` is to have with the ledger's `version` its history and `changes`.
void AddHistory(const ledger::Snapshot& table, int64_t version, std::vector<SchemaChange> changes,
                ledger::TableSchema& schema);

/// The property's text with further changes.
std::string HistoryWith(std::string_view history, const std::vector<SchemaChange>& changes);
Result<std::vector<SchemaChange>> ParseHistory(std::string_view history);

}  // namespace roost::store
