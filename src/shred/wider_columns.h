// Decides the columns of a path whose published ones are too narrow, where the table is small
// enough to be written anew: as if the rows that it has and those of this run had come together.
// Who owns the plain name stays.
#pragma once

#include <string>
#include <vector>

#include "shred/merge.h"
#include "shred/plan.h"
#include "shred/published.h"

namespace roost::shred {

/// A path of a published table.
struct EarlierPath {
  const FinalTable* table = nullptr;
  PublishedRows* rows = nullptr;
  std::vector<FinalColumn> columns;    // not empty
  bool has_child = false;              // arrays at the path are rows of a table
  FinalType owner = FinalType::kNull;  // of whose kind the plain name becomes if it has held nulls
};

/// Whether `later`, what LaterColumnsOfPath makes of the path, is other than one run would make it.
bool NeedsWiderColumns(const MergedNode& node, const EarlierPath& before,
                       const std::vector<FinalColumn>& later);

/// The columns of the path. Published ones keep their names; those among them that are left out
/// have no values any more. Names of new ones are `base` + suffix, not yet unique.
std::vector<FinalColumn> WiderColumnsOfPath(const MergedNode& node, const std::string& base,
                                            const EarlierPath& before);

}  // namespace roost::shred
