// Finds the files of which records are in quarantine, with these records, as of a catalog.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "export/catalog.h"
#include "ingest/retake.h"

namespace roost::upkeep {

/// A record in quarantine; long ones have several rows.
struct RejectedRecord {
  std::vector<ingest::CarriedReject> rows;
  std::string raw_path;  // of a file with all its bytes
  uint64_t bytes = 0;
};

struct RejectedFile {
  ingest::Retake retake;  // of a file that is in place; `path` and `gone` are the caller's to set
  ingest::GoneFile as_gone;  // what the ledger says of it
  uint64_t loaded = 0;       // records
  std::string fault;         // why it could not be read on; empty: it could
  uint64_t rows = 0;         // in quarantine
  std::vector<RejectedRecord> records;
};

/// By first number. The bytes of records are put into the folder `scratch`, which exists, but for
/// those that have a file already.
Result<std::vector<RejectedFile>> FindRejectedFiles(const exporting::Catalog& catalog,
                                                    const std::string& scratch);

}  // namespace roost::upkeep
