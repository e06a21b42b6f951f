// Finds the columns in which each kind of fault may be planted without breaking anything else: a
// planted fault must be the only thing wrong with its row.
#pragma once

#include <vector>

#include "generate/fault_plan.h"
#include "generate/program.h"

namespace roost::generate {

struct FaultColumns {
  std::vector<int> orphan;       // keys of other tables' rows
  std::vector<int> late_parent;  // likewise, without capacity or uniqueness
  std::vector<int> null_burst;
  std::vector<int> outlier;
  std::vector<int> unit_swap;
  std::vector<int> type_flip;
};

/// One entry for each table of the program.
std::vector<FaultColumns> FindFaultColumns(const Program& program);

/// Invalid names the first kind that is wished for and has no place in any of the programs.
Status CheckFaults(const std::vector<Program>& programs, const FaultPlan& plan);

}  // namespace roost::generate
