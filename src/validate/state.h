// Remembers earlier validations of a folder: their counts, in <folder>/_roost/validations.json.
//
// docs/validate.md shows one. A file that is damaged counts as none and is replaced; a
// note says so. Kept are the last hundred runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "roost/validation_report.h"
#include "validate/drift.h"

namespace roost::validate {

struct PastRun {
  uint64_t run = 0;
  int64_t seconds = 0;  // when, since 1970; 0 where it was not kept
  std::optional<double> score;
  std::map<std::string, uint64_t> rows;                        // by table
  std::map<std::string, std::pair<uint64_t, uint64_t>> rules;  // tested, failed
};

struct State {
  std::vector<PastRun> runs;  // oldest first
  Shapes shapes;              // the last run's
  std::string note;           // what was wrong with the file

  const PastRun* last() const { return runs.empty() ? nullptr : &runs.back(); }
  uint64_t NextRun() const { return runs.empty() ? 1 : runs.back().run + 1; }
};

Result<State> ReadState(const std::string& folder);
Status WriteState(const std::string& folder, State state, const ValidationReport& report,
                  int64_t now_seconds);

}  // namespace roost::validate
