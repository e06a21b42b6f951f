// Compares failing rows with faults that were planted, by file and JSON path.
//
// A fault is found by a failing row of the same file whose JSON path, with one of the rule's
// columns behind it, leads to the fault's; a fault of a whole row by any failing row there; a fault
// of a whole file by a rule about files. A failing row without such a fault is a false finding, of
// each kind of fault that its rule looks for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "roost/validation_report.h"
#include "validate/rule.h"

namespace roost::validate {

class Truth {
 public:
  static Result<Truth> Read(const std::string& path);

  /// A failing row: of which rule, from which file, at which path.
  void Add(const Rule& rule, const std::string& file, const std::string& row_path);
  std::vector<FaultScore> Scores() const;
  /// Some faults that were missed, and some findings that are none, each in words.
  std::vector<std::string> Misses(size_t of_each) const;

 private:
  struct Fault {
    std::string kind, file, path;
    bool found = false;
  };
  struct Tally {
    uint64_t right = 0, wrong = 0;
    std::vector<std::string> wrong_ones;
  };

  std::vector<Fault> faults_;
  std::unordered_map<std::string, std::vector<size_t>> by_file_;  // name without folders
  std::map<std::string, Tally> tallies_;                          // by kind
};

}  // namespace roost::validate
