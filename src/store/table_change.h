// Turns what was written of a table into what the ledger commits: parts with their facts, columns,
// properties.
//
// A table's property `roost.table` is the text that its parts have in their footers under `roost`;
// it is the truth about the table's schema. docs/formats/tables.md describes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ledger/entry.h"
#include "shred/published.h"
#include "store/table_facts.h"
#include "store/written_part.h"

namespace roost::store {

constexpr const char* kTableProperty = "roost.table";
/// Names the tables of a store that was written with some left out; else a table has none.
constexpr const char* kPartialProperty = "roost.only_tables";
constexpr const char* kChecksumTag = "roost.xxh3";

/// `columns`: how many the table has.
ledger::Part PartOf(const WrittenPart& part, size_t columns);
std::vector<ledger::Part> PartsOf(const std::vector<WrittenPart>& parts, size_t columns);

/// Technical columns first, as they lie in parts.
std::vector<ledger::Column> ColumnsOf(const shred::FinalTable& table);
ledger::TableSchema SchemaOf(const shred::FinalTable& table, const std::string& only_tables);

/// Columns of the ledger table and of the quarantine.
std::vector<ledger::Column> LedgerColumns();
std::vector<ledger::Column> QuarantineColumns();

/// What a log's metadata say; nothing of tables that roost did not make.
Result<std::optional<TableFacts>> FactsOf(const ledger::Snapshot& table);

}  // namespace roost::store
