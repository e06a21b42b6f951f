#include <algorithm>
#include <cmath>

#include "relate/choice.h"

// The weights were found on databases to fit (docs/relations.md says which) and moved by hand until
// they also held on others: names x surprise x spread, minus what speaks against.

namespace roost::relate {

namespace {

/// Names say nothing, but the values cannot be an accident.
double SurpriseAlone(const EvidenceValues& f) {
  bool speaks = f[k_bits_per] > 2.5 && !f[k_c_date] && !f[k_c_neg] && !f[k_c_name] &&
                !f[k_p_name] && f[k_emd] < 0.25 && f[k_cover] > 0.1 && f[k_row_incl] > 0.98;
  return speaks ? std::max(0.0, std::min(f[k_bits], 10.0) - 4) : 0;
}

/// Machine-made texts are identifiers, whatever their column is called: a title is no doubt then.
double DoubtOfTitle(const EvidenceValues& f) { return f[k_p_name] * (f[k_p_code] < 0.9); }

double FromNames(const EvidenceValues& f) {
  double z = 6.2 * f[k_nscore] + 1.4 * std::clamp(f[k_nmargin], -0.8, 0.5);
  z += 0.8 * (f[k_stem_tab] || f[k_role] || f[k_own_plus]);
  z += 0.7 * f[k_c_id] + 0.5 * (f[k_p_own] || f[k_p_bare]) + 0.6 * (f[k_p_pos] == 0);
  z -= 2.2 * f[k_c_neg] + 1.5 * f[k_c_bare] + 1.5 * f[k_c_name];
  z -= 2.5 * DoubtOfTitle(f) + 1.5 * f[k_p_neg];
  z += kWorthOfPerson * f[k_person];
  return z + 1.5 * f[k_self_rel] - 2 * f[k_self] * (1 - f[k_c_rel]);
}

double FromValues(const EvidenceValues& f) {
  double z = 0.3 * std::min(f[k_bits], 8.0) * (f[k_nscore] > 0.2) + 0.7 * SurpriseAlone(f);
  z += 3 * SharesCodes(f);
  z += 0.8 * std::min(1.0, 1.5 * f[k_cover]) - 1.6 * std::min(1.0, 2 * f[k_emd]);
  z -= 4 * (1 - f[k_row_incl]) + 1.0 * (f[k_ratio] < -1) + 2.4 * f[k_c_date];
  bool own_key = f[k_c_own] && f[k_c_pos0] && f[k_c_uniq] && !f[k_eq];
  z -= 2 * own_key + f[k_c_uniq] * f[k_c_seq];
  return z + 0.5 * f[k_eq] * f[k_p_descr] + 0.6 * (f[k_p_descr] - f[k_c_descr]) * f[k_bothway];
}

}  // namespace

bool SharesCodes(const EvidenceValues& f) {
  return f[k_p_code] > 0.9 && f[k_bits_per] >= 12 && f[k_bits] > 7 && f[k_row_incl] > 0.99 &&
         f[k_emd] < 0.25 && f[k_cover] > 0.05 && !f[k_bothway] && !f[k_c_date];
}

double LogOdds(double probability) {
  double inside = std::clamp(probability, 1e-4, 1 - 1e-4);
  return std::log(inside / (1 - inside));
}

double Probability(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

double HandLogOdds(const EvidenceValues& f) { return -4.2 + FromNames(f) + FromValues(f); }

}  // namespace roost::relate
