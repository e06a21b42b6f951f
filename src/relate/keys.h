// Finds the columns, or sets of columns, that may be a table's key, and chooses one.
//
// Uniqueness is proven on all rows, but says little in small tables: the choice is made by score,
// from names, places, kinds of values and from what refers to what.
#pragma once

#include <array>
#include <map>

#include "relate/pair.h"
#include "relate/unique_sets.h"

namespace roost::relate {

// clang-format off
#define ROOST_KEY_EVIDENCE(X) \
  X(w1) X(w) X(minimal) X(pos0) X(minpos) X(prefix) X(maxpos) X(idl) X(own) X(bare) X(neg) \
  X(name) X(is_int) X(date) X(len) X(seq) X(sorted) X(dens) X(n) X(chance) X(ncand) \
  X(ncol) X(share) X(out_min) X(out_mean) X(out_max) X(out_left) X(ref) X(ref_tab) \
  X(junction) X(idcols) X(same) X(uniq_better) X(run) X(run_left) X(expect) X(sub_expect) \
  X(hand)
// clang-format on

enum KeyEvidence : size_t {
#define X(name) key_##name,
  ROOST_KEY_EVIDENCE(X)
#undef X
      kKeyEvidenceCount
};
std::string_view NameOf(KeyEvidence evidence);

struct KeyCandidate {
  std::vector<int> columns;  // ids, in the table's order
  bool minimal = true;       // no part of it is unique by itself
  std::array<double, kKeyEvidenceCount> evidence{};
  double part_luck = 0;  // log2 of the collisions that chance gives the narrowest unique part
  double score = 0;      // 0 to 1, among the candidates of its table
};

struct TableKeys {
  std::vector<KeyCandidate> candidates;
  std::vector<int> run;  // the key-like columns that the table begins with
  int best = -1;

  const KeyCandidate* Best() const { return best < 0 ? nullptr : &candidates[best]; }
};

/// What is known of references when keys are chosen: the best probability of each column to be a
/// reference, and of each set of columns to be referred to.
struct ReferenceBelief {
  std::vector<double> is_reference;           // by column id
  std::map<std::vector<int>, double> target;  // sorted column ids
};
ReferenceBelief BeliefOf(const Database& database, const std::vector<Pair>& pairs,
                         const std::vector<double>& probabilities);

/// By table id.
Result<std::vector<TableKeys>> ChooseKeys(const Database& database, const ReferenceBelief& belief,
                                          UniqueCache& cache, ValueStore& values);

}  // namespace roost::relate
