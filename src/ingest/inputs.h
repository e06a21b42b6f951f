// Names the files of one batch, with what their taker knows of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/retake.h"
#include "read/input.h"
#include "roost/intake.h"

namespace roost::ingest {

/// All but `files` are by file, or empty where nothing is to be said.
struct Inputs {
  read::FileList files;
  std::vector<std::string> names;                 // as ledger and quarantine say; else the paths
  std::vector<std::optional<JobId>> jobs;         // that left them
  std::vector<std::optional<uint64_t>> replaces;  // first number of the take that is over now
  std::vector<bool> moves_away;                   // known by what they are
  std::vector<const Retake*> retakes;             // what was taken before, and is again

  std::string NameOf(size_t file) const { return names.empty() ? files.path(file) : names[file]; }
  /// Null unless what is read of the file was made of what the store holds of it.
  const GoneFile* GoneOf(size_t file) const {
    return !retakes.empty() && retakes[file]->gone ? &*retakes[file]->gone : nullptr;
  }
};

}  // namespace roost::ingest
