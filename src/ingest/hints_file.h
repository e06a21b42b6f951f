// Reads the column hints of a roost.yaml. docs/ingest.md is the manual.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "roost/roost.h"
#include "shred/hints.h"
#include "shred/plan.h"

namespace roost::ingest {

/// The hints under `columns:` of the text. Other known entries belong to others; unknown ones,
/// unknown hints, bad paths and formats, and hints that contradict each other are Invalid, with
/// file (`source`), line and column.
Result<shred::Hints> ParseHints(const std::string& text, const std::string& source);

/// What people have said of the data, as `roost relate` reads it too.
struct Config {
  std::string text;  // of the whole file; empty: there is none
  shred::Hints hints;
};
/// Reads options.config, else roost.yaml in the output folder, if it is there.
Result<Config> ReadConfig(const IngestOptions& options);
/// Writes the file to the output folder, where it holds from now on.
Status KeepConfig(const Config& config, const IngestOptions& options);

/// A line for each hint that no value was treated by, with the path that may have been meant. What
/// the store knew before the run (`published`, may be null) counts as found: a run that adds need
/// not bring such values again.
std::vector<std::string> UnusedHints(const shred::Hints& hints,
                                     const std::set<const shred::Hint*>& used,
                                     const shred::FinalSchema& schema,
                                     const shred::PublishedTables* published);

}  // namespace roost::ingest
