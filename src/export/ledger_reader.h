// Reads from a store's ledger what an export has to know of each input file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "export/catalog.h"

namespace roost::exporting {

struct LedgerFile {
  std::string path;        // as the ledger has it
  std::string root_table;  // identity
  uint64_t decoded_bytes = 0;
  int64_t first_number = 0;  // the file owns numbers [first_number, first_number + numbers)
  int64_t numbers = 0;
  int64_t loaded = 0;     // records
  int64_t replaces = -1;  // first number of the row that this one stands for, or -1
  bool is_array = false;  // framing
  bool was_compressed = false;
  bool is_unread = false;  // there was a fault, and nothing of it was loaded
};

/// All files whose rows are in the tables, sorted by first number; their numbers do not overlap.
Result<std::vector<LedgerFile>> ReadLedger(const Catalog& catalog);

}  // namespace roost::exporting
