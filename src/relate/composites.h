// Finds references of several columns to a key of several columns.
#pragma once

#include "relate/keys.h"
#include "relate/pair.h"

namespace roost::relate {

struct WideReference {
  std::vector<int> children, parents;  // column ids, one beside the other
  double score = 0;
  uint64_t contained_values = 0, child_values = 0, parent_values = 0, child_rows = 0,
           contained_rows = 0;
  bool sure = false;  // names agree, nothing is missing, and no accident makes such tuples
  bool confirmed = false;
};

/// Counts which tuples of the children are among those of the parents.
Result<WideReference> CompareTuples(const Database& database, const std::vector<int>& children,
                                    const std::vector<int>& parents, ValueStore& values);

Result<std::vector<WideReference>> FindWideReferences(const Database& database,
                                                      const std::vector<Pair>& pairs,
                                                      const std::vector<double>& probabilities,
                                                      const std::vector<TableKeys>& keys,
                                                      ValueStore& values);

}  // namespace roost::relate
