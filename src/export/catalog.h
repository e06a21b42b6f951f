// Finds the tables of a store as of one commit: the last finished one.
//
// What a table is, and which parts it has, its Delta log says; OpenParts reads their footers.
// Nothing is written, and nothing is trusted: a folder that is no store, a store of a later format
// version, a part that lies elsewhere by a symbolic link, are errors that say so.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "export/part.h"
#include "store/table_facts.h"

namespace roost::exporting {

struct StoredTable {
  store::TableFacts facts;
  std::vector<std::string> part_paths;  // sorted; at least one
  bool is_uneven = false;               // a part may lack columns that came later
  std::string history;                  // of its columns: store/schema_history.h

  const std::string& name() const { return facts.table.name; }
  const std::string& identity() const { return facts.table.identity; }
};

struct Catalog {
  std::string store_dir;            // absolute, without symbolic links
  std::vector<StoredTable> tables;  // sorted by name
  std::string only_tables;          // "a, b" if others were left out when the store was written
  int64_t version = 0;              // of the ledger
  std::vector<std::string> ledger_parts, quarantine_parts;

  const StoredTable* Find(std::string_view identity) const;
  /// Invalid if `path` is, or would be, something in the store.
  Status RefuseInside(const std::string& path) const;
};

Result<Catalog> OpenCatalog(const std::string& store_dir);

/// The footers of all parts of a table.
Result<std::vector<std::shared_ptr<const Part>>> OpenParts(const StoredTable& table);

/// Whether `roost ingest` made what lies in the folder.
bool IsStore(const std::string& folder);

}  // namespace roost::exporting
