// Decides, when all values are known, what is published: tables, columns, types and names.
//
// Depends on sums and minima over all values only, never on their order. Rules: docs/formats/
// tables.md.
#pragma once

#include <set>
#include <vector>

#include "shred/plan.h"
#include "shred/published.h"
#include "shred/table.h"

namespace roost::shred {

struct Publication {
  FinalSchema schema;
  Plan plan;  // what the run should have been shredded with; differs from the plan it was
              // shredded with when new maps or overflows were found: then it must be
              // repeated, and `schema` is empty
  std::set<const Hint*> used_hints;  // that some value's treatment followed
};

Publication Publish(const std::vector<TableSet*>& sets, const Plan& plan);

}  // namespace roost::shred
