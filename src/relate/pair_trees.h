// Judges pairs by boosted trees, whose table scripts/fit_relations.py makes.
#pragma once

#include "relate/pair.h"

namespace roost::relate {

struct TreeNode {
  Evidence evidence;
  double threshold;
  int left, right;  // where evidence <= threshold, else; -1 - n is leaf n
};
extern const TreeNode kPairTreeNodes[];
extern const double kPairTreeLeaves[];
extern const int kPairTreeRoots[];
extern const size_t kPairTreeCount;

double TreeLogOdds(const EvidenceValues& evidence);

}  // namespace roost::relate
