// Remembers earlier validations of a folder: their counts, in <folder>/_roost/validations.json.
//
// docs/validate.md shows one. A file that is damaged counts as none and is replaced; a
// note says so. Kept are the last hundred runs; each stays as it was written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "roost/validation_report.h"
#include "validate/drift.h"

namespace roost::validate {

struct PastRun {
  uint64_t run = 0;
  int64_t seconds = 0;  // when, since 1970; 0 where it was not kept
  std::optional<double> score;
  std::string json;  // all of it, as it stands in the file
};

/// What a run counted of a table or by a rule; `run` is its place in State::runs.
struct PastRows {
  size_t run = 0;
  uint64_t rows = 0;
};
struct PastVerdict {
  size_t run = 0;
  uint64_t tested = 0, failed = 0;
};

struct HashOfName {
  using is_transparent = void;
  size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};
/// The counts of a name in the runs that had it, oldest first.
template <class Count>
using Histories = std::unordered_map<std::string, std::vector<Count>, HashOfName, std::equal_to<>>;

struct State {
  std::vector<PastRun> runs;  // oldest first
  Histories<PastRows> rows;   // by table
  Histories<PastVerdict> rules;
  Shapes shapes;     // the last run's
  std::string note;  // what was wrong with the file

  const PastRun* last() const { return runs.empty() ? nullptr : &runs.back(); }
  uint64_t NextRun() const { return runs.empty() ? 1 : runs.back().run + 1; }

  /// Nothing where no run had it; alive as long as the state.
  std::span<const PastRows> RowsOf(std::string_view table) const { return In(rows, table); }
  std::span<const PastVerdict> VerdictsOf(std::string_view rule) const { return In(rules, rule); }
  /// The last run's; nothing where it had none.
  const PastRows* LastRowsOf(std::string_view table) const { return Last(RowsOf(table)); }
  const PastVerdict* LastVerdictOf(std::string_view rule) const { return Last(VerdictsOf(rule)); }

 private:
  template <class Count>
  static std::span<const Count> In(const Histories<Count>& all, std::string_view name) {
    auto found = all.find(name);
    if (found == all.end()) return {};
    return found->second;
  }
  template <class Count>
  const Count* Last(std::span<const Count> history) const {
    return history.empty() || history.back().run + 1 != runs.size() ? nullptr : &history.back();
  }
};

Result<State> ReadState(const std::string& folder);
/// `state` and the run that `report` tells of, in place of the file.
Status WriteState(const std::string& folder, const State& state, const ValidationReport& report,
                  int64_t now_seconds);

}  // namespace roost::validate
