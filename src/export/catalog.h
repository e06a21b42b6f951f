// Finds the tables of a store: OUT/<table>.parquet/ with its parts, described by their footers.
//
// Reading a catalog costs one footer for each table; OpenParts reads the others. Nothing is
// written, and nothing is trusted: a folder that is no store, a store of a later format version, a
// part that lies elsewhere by a symbolic link, are errors that say so.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "export/part.h"
#include "export/table_facts.h"

namespace roost::exporting {

struct StoredTable {
  TableFacts facts;
  std::vector<std::string> part_paths;  // sorted; at least one

  const std::string& name() const { return facts.table.name; }
  const std::string& identity() const { return facts.table.identity; }
};

struct Catalog {
  std::string store_dir;            // absolute, without symbolic links
  std::vector<StoredTable> tables;  // sorted by name
  std::string only_tables;          // "a, b" if others were left out when the store was written

  const StoredTable* Find(std::string_view identity) const;
  /// Invalid if `path` is, or would be, something in the store.
  Status RefuseInside(const std::string& path) const;
};

Result<Catalog> OpenCatalog(const std::string& store_dir);

/// The footers of all parts of a table.
Result<std::vector<std::shared_ptr<const Part>>> OpenParts(const StoredTable& table);

/// The Parquet files in a folder of a store, sorted by name; none if there is no such folder.
/// A file that really lies outside `store_dir` is an error.
Result<std::vector<std::string>> ListParts(const std::string& store_dir, const std::string& folder);

}  // namespace roost::exporting
