// Reads what `roost ingest` wrote, with Arrow alone, into the form that the reference makes.
//
// A second reader: it shares nothing with src/store and src/export. Shape hashes become shape
// texts; values become canonical text, so that Dump (dump.h) of both can be compared.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "roost/status.h"
#include "shred/reference/reference.h"

namespace roost::tests {

/// What the ledger says of a file.
struct LedgerFile {
  std::string path, root_table;
  uint64_t first_number = 0;
};

struct StoreContent {
  shred::reference::Result result;
  std::vector<LedgerFile> ledger;  // in the order of the ledger
};

Result<StoreContent> ReadStore(const std::string& store_dir);

}  // namespace roost::tests
