// Describes a possible reference: one column whose values another, unique, column mostly has.
//
// A pair carries its evidence as named numbers, so that hand weights, fitted trees and words for
// people all read the same list. Names end in what they measure; c_ is the child, p_ the parent
// (the target).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "relate/database.h"

namespace roost::relate {

// The evidence by name: equal names, how the child's words cover table or key, in what way the
// child looks like an id; then values; then rivals; then what a first round of choices says.
// clang-format off
#define ROOST_PAIR_EVIDENCE(X) \
  X(eq) X(eq_bare) X(eq_stem) X(stem_tab) X(tail_tab) X(role) X(tail_col) X(own_plus) \
  X(cov_tab) X(cov_child_tab) X(cov_child) X(cov_col) X(cov_child_col) X(initials) \
  X(dice_col) X(dice_tab) X(id_same) X(c_id) X(c_bare) X(c_neg) X(c_own) X(c_name) X(p_id) \
  X(p_bare) X(p_own) X(p_neg) X(p_name) X(nscore) X(self_rel) X(c_rel) X(same) X(p_same) \
  X(emd) X(emd_z) X(max_rank) X(min_rank) X(bits) X(bits_per) X(p_dens) X(p_seq) \
  X(c_dense1) X(len) X(cover) X(ratio) X(fan) X(log_d) X(log_n) X(log_pd) X(c_int) \
  X(c_date) X(p_int) X(c_seq) X(c_sorted) X(p_sorted) X(c_binary) X(p_descr) X(c_descr) \
  X(p_refcols) X(c_refcols) X(p_pos) X(c_pos) X(c_pos0) X(p_ncol) X(c_ncol) X(ntab) \
  X(c_uniq) X(bothway) X(c_null) X(p_code) X(incl) X(row_incl) X(orphan) X(self) \
  X(n_rivals) X(nmargin) X(nrank) X(n_fanin) X(n_incl_target) X(hand) X(p1) X(p1_margin) \
  X(p1_rank) X(p1_fanin) X(p1_rev) X(p_pk) X(c_pk) X(p_pk_rank) X(p_pk_comp) X(c_pk_comp) \
  X(c_own_used) X(p_out) X(via) X(copies) X(person)
// clang-format on

enum Evidence : size_t {
#define X(name) k_##name,
  ROOST_PAIR_EVIDENCE(X)
#undef X
      kEvidenceCount
};

struct EvidenceValues {
  std::array<double, kEvidenceCount> values{};
  double& operator[](Evidence evidence) { return values[evidence]; }
  double operator[](Evidence evidence) const { return values[evidence]; }
};

std::string_view NameOf(Evidence evidence);

struct Pair {
  int child = 0, parent = 0;  // column ids
  uint64_t contained_values = 0, contained_rows = 0;
  EvidenceValues evidence;
  uint64_t child_values = 0;  // different ones; exact, as what is contained is
};

/// What the names of a pair say. Fills the name evidence of `pair`.
void JudgeNames(const Database& database, Pair& pair);

/// A pair as others see it.
struct Rival {
  int child = 0, parent = 0;
  double name_score = 0;
};

/// Fills what depends on rivals: other targets of the same child, other children of the same
/// target. `rivals` holds a Rival for each of `pairs`, and of pairs that are not judged further.
void JudgeRivals(const std::vector<Rival>& rivals, std::vector<Pair>& pairs);

}  // namespace roost::relate
