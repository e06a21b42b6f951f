// Spreads records over tables: rows, ids and shapes, and the leaves of every row by path.
//
// What becomes a column, and what columns are called, comes later (columns.h, names.h).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "shred/published.h"
#include "shred/reference/json.h"

namespace roost::shred::reference {

struct SpreadRow {
  const Value* record = nullptr;
  int64_t id = 0, parent = -1;
  uint32_t index = 0;
  std::string key;  // of a map's entry; path in an overflow table
  std::string shape;
  std::vector<std::string_view> repeats;       // raw values whose key occurs again later
  std::map<std::string, const Value*> leaves;  // path -> scalar, list or JSON array, nulls too
  std::set<std::string> empties;               // paths of empty arrays
};

struct SpreadPath {
  std::vector<std::string> keys;
  uint64_t rows = 0, position_sum = 0;  // rows in whose shape it stands, and where
  bool only_nulls = true;
  bool has_tables = false;  // arrays that became rows
};

struct SpreadTable {
  std::string identity;
  TableKind kind = TableKind::kRoot;
  std::string parent;             // identity; of root tables that share a table: the first
  std::set<std::string> parents;  // identities
  std::vector<std::string> keys;  // path in the parent's record
  std::vector<SpreadRow> rows;    // by id
  std::map<std::string, SpreadPath> paths;
};

using SpreadTables = std::map<std::string, SpreadTable>;  // by identity

/// A path one key longer.
std::string Extend(const std::string& path, const std::string& key);

/// Numbers the rows of each table within each file.
class RowNumbers {
 public:
  /// The next id in `table` of the file that holds the row `relative`.
  int64_t Next(const std::string& table, int64_t relative) {
    const int64_t number = relative >> 24;
    return (number << 24) + next_[{table, number}]++;
  }

 private:
  std::map<std::pair<std::string, int64_t>, int64_t> next_;
};

/// Fills shapes, leaves and paths of a table whose rows are complete, and adds the rows of its
/// arrays and maps to `children`.
void SpreadRows(SpreadTable& table, size_t min_map_keys, RowNumbers& numbers,
                SpreadTables& children);

}  // namespace roost::shred::reference
