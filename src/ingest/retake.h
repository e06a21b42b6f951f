// Names files that are taken once more since records of theirs are in quarantine: what becomes of
// them stands in for what they had become, in one commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "roost/intake.h"
#include "store/output.h"
#include "store/row_removal.h"

namespace roost::ingest {

/// A reject that stays what it is, but for its number and maybe its reason.
struct CarriedReject {
  store::RejectRow row;       // without `raw`
  std::string raw_path;       // of its bytes; empty if row.raw_file has them
  bool is_continued = false;  // belongs to the one before it, and does not count
};

/// What the ledger says of a file that is gone.
struct GoneFile {
  uint64_t bytes = 0, decoded_bytes = 0;
  int64_t modified_microseconds = 0;
  uint64_t hash_low = 0, hash_high = 0;
  std::string compression, framing;
  bool is_known_by_path = false;
};

struct Retake {
  std::string path;  // what is read
  std::string name;  // what ledger and quarantine call it
  std::string root;  // its root table
  std::optional<JobId> job;
  store::NumberRange replaced;   // numbers of its rows and rejects, which go
  std::optional<GoneFile> gone;  // what is read was made of what the store holds of it
  std::vector<CarriedReject> carried;
};

/// What would become of a file.
struct Trial {
  uint64_t records = 0, rejects = 0;
  std::string reason;  // of the first reject, or why it cannot be read on
};

}  // namespace roost::ingest
