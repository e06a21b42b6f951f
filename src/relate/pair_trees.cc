#include "relate/pair_trees.h"

namespace roost::relate {

double TreeLogOdds(const EvidenceValues& evidence) {
  double sum = 0;
  for (size_t tree = 0; tree < kPairTreeCount; ++tree) {
    int at = kPairTreeRoots[tree];
    while (at >= 0) {
      const TreeNode& node = kPairTreeNodes[at];
      at = evidence[node.evidence] <= node.threshold ? node.left : node.right;
    }
    sum += kPairTreeLeaves[-1 - at];
  }
  return sum;
}

}  // namespace roost::relate
