// Gives readers many tables as of one commit: never of one table more than of another.
//
// Reads only: needs no writer's lock and finishes nothing. Old parts live for a while
// (LedgerOptions::keep_removed_ms); a reader that takes longer may find one gone, which is an error
// and never wrong rows.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/status.h"
#include "ledger/delta_action.h"

namespace roost::ledger {

struct Pin {
  int64_t version = 0;                     // of the ledger
  Snapshot ledger;                         // its own table, at that version
  std::map<std::string, Snapshot> tables;  // those that had been made; parts are below `folders`
  std::map<std::string, std::string> folders;
};

/// The last finished commit of the store at `output_dir`.
Result<Pin> PinLatest(const std::string& output_dir);

/// An earlier one: an error if its logs were cleaned up.
Result<Pin> PinAt(const std::string& output_dir, int64_t version);

}  // namespace roost::ledger
