// Writes the facts of a table that stand in the footer of each of its parts: the keys `roost` and
// `roost.shapes` of docs/formats/tables.md.
#pragma once

#include <string>
#include <string_view>

#include "shred/published.h"
#include "store/part_file.h"

namespace roost::store {

/// The JSON text under the key `roost`.
std::string TableFactsText(const shred::FinalTable& table);

KeyValues TableMetadata(const shred::FinalTable& table);

/// The name of a kind of table in the metadata: root array map overflow.
std::string_view KindName(shred::TableKind kind);

/// The name of a type in the metadata.
std::string_view TypeName(shred::FinalType type);

}  // namespace roost::store
