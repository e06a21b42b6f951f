#include "generate/sampler.h"

#include <algorithm>
#include <cmath>

#include "generate/quantiles.h"

#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace roost::generate {

namespace {

using Kind = world::Distribution::Kind;

double Scale(int decimals) {
  double scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  return scale;
}

int64_t Rounded(double x) { return static_cast<int64_t>(std::floor(x + 0.5)); }

double Quantile(const world::Distribution& d, double p) {
  switch (d.kind) {
    case Kind::kNormal:
      return d.first + d.second * NormalQuantile(p);
    case Kind::kLognormal:
      return d.first * Exponential(d.second * NormalQuantile(p));
    case Kind::kExponential:
      return d.low - d.first * Logarithm(1 - p);
    case Kind::kPower:
      return d.low + (d.high - d.low) * Exponential(d.first * Logarithm(p));
    default:
      return d.low + (d.high - d.low) * p;
  }
}

}  // namespace

Sampler::Sampler(const world::Distribution& distribution, int decimals) {
  double scale = Scale(decimals);
  low_ = Rounded(distribution.low * scale);
  high_ = Rounded(distribution.high * scale);
  if (low_ == high_ || distribution.kind == Kind::kBetween) return;
  if (distribution.kind == Kind::kWeights) {
    MakeSteps(distribution, scale);
  } else {
    MakeQuantiles(distribution, scale);
  }
}

void Sampler::MakeSteps(const world::Distribution& distribution, double scale) {
  auto table = std::make_shared<Table>();
  double total = 0, sum = 0;
  for (const auto& [value, weight] : distribution.weights) total += weight;
  for (const auto& [value, weight] : distribution.weights) {
    if (weight == 0) continue;
    sum += weight;
    table->values.push_back(Rounded(value * scale));
    table->limits.push_back(Threshold(sum / total));
  }
  table->limits.back() = UINT64_MAX;
  low_ = table->values.front();
  high_ = table->values.back();
  if (low_ == high_) return;
  limits_ = table->limits.data();
  quantities_ = table->values.data();
  count_ = table->values.size();
  table_ = std::move(table);
}

// The outermost quantiles are those of half a step from the end; with `between` wide enough, about
// 3.3 deviations of a normal distribution.
void Sampler::MakeQuantiles(const world::Distribution& distribution, double scale) {
  auto table = std::make_shared<Table>();
  constexpr int kSteps = 1 << kStepBits;
  for (int i = 0; i <= kSteps; ++i) {
    double p = i == 0        ? 0.5 / kSteps
               : i == kSteps ? 1 - 0.5 / kSteps
                             : static_cast<double>(i) / kSteps;
    double value = std::clamp(Quantile(distribution, p), distribution.low, distribution.high);
    table->quantiles.push_back(Rounded(value * scale * (1 << kFractionBits)));
  }
  quantiles_ = table->quantiles.data();
  table_ = std::move(table);
}

double Sampler::Mean() const {
  if (!table_) return 0.5 * (static_cast<double>(low_) + static_cast<double>(high_));
  constexpr int kParts = 4096;
  double sum = 0;
  for (uint64_t i = 0; i < kParts; ++i)
    sum += static_cast<double>(Dealt(i, kParts, uint64_t{1} << 63));
  return sum / kParts;
}

int64_t Sampler::LowerSum(uint64_t n) const {
  int64_t sum = 0;
  for (uint64_t i = 0; i < n; ++i) sum += Dealt(i, n, 0);
  return sum;
}

int64_t Sampler::UpperSum(uint64_t n) const {
  int64_t sum = 0;
  for (uint64_t i = 0; i < n; ++i) sum += Dealt(i, n, UINT64_MAX);
  return sum;
}

Skew::Skew(double popularity) {
  if (popularity == 1) return;
  auto powers = std::make_shared<std::vector<uint64_t>>();
  constexpr int kSteps = 1024;
  powers->push_back(0);
  for (int i = 1; i < kSteps; ++i) {
    powers->push_back(
        Threshold(Exponential(popularity * Logarithm(static_cast<double>(i) / kSteps))));
  }
  powers->push_back(UINT64_MAX);
  powers_ = std::move(powers);
}

uint64_t Skew::Power(uint64_t bits) const {
  if (!powers_) return bits;
  const auto& powers = *powers_;
  uint64_t step = bits >> 54, part = bits << 10;
  return powers[step] + Below(part, powers[step + 1] - powers[step]);
}

WeightedIndex::WeightedIndex(size_t count, const std::vector<double>& weights)
    : count_(static_cast<uint32_t>(count)) {
  if (weights.empty()) return;
  double total = 0;
  for (double weight : weights) total += weight;
  std::vector<double> parts;
  std::vector<uint32_t> small, large;
  for (uint32_t i = 0; i < count_; ++i) {
    parts.push_back(weights[i] / total * count_);
    (parts[i] < 1 ? small : large).push_back(i);
  }
  slots_.resize(count_);
  for (uint32_t i = 0; i < count_; ++i) slots_[i] = {UINT32_MAX, i};
  while (!small.empty() && !large.empty()) {
    uint32_t poor = small.back(), rich = large.back();
    small.pop_back();
    slots_[poor] = {static_cast<uint32_t>(parts[poor] * 4294967295.0), rich};
    parts[rich] -= 1 - parts[poor];
    if (parts[rich] >= 1) continue;
    large.pop_back();
    small.push_back(rich);
  }
}

}  // namespace roost::generate
