// Turns a plain list of columns into a Delta schemaString, and back.
//
// Every column is nullable and no table is partitioned. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ledger/delta_action.h"

namespace roost::ledger {

struct Column {
  std::string name;
  /// A primitive type of Delta: long, double, string, boolean, date, timestamp, timestamp_ntz,
  /// integer, binary, decimal(38,0), ...; or, in foreign tables, the JSON of a nested type.
  std::string type;
  bool is_list = false;  // of `type`
  Texts facts;           // metadata of the column, by name: texts

  bool operator==(const Column&) const = default;
};

std::string WriteSchema(const std::vector<Column>& columns);
/// Facts that are no texts are left out.
Result<std::vector<Column>> ReadSchema(std::string_view schema, const std::string& where);

/// What readers and writers must know for these columns: 1/2, or 3/7 with timestampNtz.
Protocol ProtocolFor(const std::vector<Column>& columns);

/// NotImplemented if a table asks for more than roost knows; says which.
Status CheckSupport(const Protocol& protocol, const Metadata& metadata, const std::string& where);

}  // namespace roost::ledger
