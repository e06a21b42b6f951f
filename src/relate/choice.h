// Chooses among possible references those that hold together: one target a column, no cycles.
#pragma once

#include <set>

#include "relate/keys.h"
#include "relate/pair.h"

namespace roost::relate {

struct ChosenPair {
  size_t pair = 0;  // index
  double probability = 0;
  bool implied = false;  // follows from a wider reference
};

/// What a person's part is worth in the first look, in log-odds; it shows which table of people
/// stands out. The second look counts it by itself.
constexpr double kWorthOfPerson = 4;

/// First look: every pair by itself, log-odds by hand.
double HandLogOdds(const EvidenceValues& evidence);

/// True if child and parent share so many machine-made texts that it cannot be an accident.
bool SharesCodes(const EvidenceValues& evidence);

/// Fills the evidence that depends on the first look and on keys.
void JudgeContext(const Database& database, const std::vector<double>& first_look,
                  const std::vector<TableKeys>& keys, std::vector<Pair>& pairs);

/// Second look, with context: probabilities.
std::vector<double> SecondLook(const std::vector<Pair>& pairs);

/// Strongest first; `confirmed` pairs stand whatever speaks against them.
std::vector<ChosenPair> ChoosePairs(const Database& database, const std::vector<Pair>& pairs,
                                    const std::vector<double>& probabilities,
                                    const std::vector<TableKeys>& keys,
                                    const std::set<size_t>& confirmed);

double LogOdds(double probability);
double Probability(double log_odds);

}  // namespace roost::relate
