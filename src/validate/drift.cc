#include "validate/drift.h"

#include <cmath>

namespace roost::validate {

namespace {

double QuantileAt(const ColumnShape& shape, double share) {
  for (const auto& [at, value] : shape.quantiles) {
    if (at >= share) return value;
  }
  return shape.quantiles.back().second;
}

double Wasserstein(const ColumnShape& before, const ColumnShape& now) {
  double distance = 0, last = 0, last_share = 0;
  for (size_t i = 0; i < before.quantiles.size(); ++i) {
    auto [share, value] = before.quantiles[i];
    double far = std::abs(value - now.quantiles[i].second);
    if (i > 0) distance += (share - last_share) * (far + last) / 2;
    last = far;
    last_share = share;
  }
  double spread = QuantileAt(before, 0.75) - QuantileAt(before, 0.25);
  if (spread <= 0) spread = QuantileAt(before, 1) - QuantileAt(before, 0);
  if (spread <= 0) spread = std::max(1.0, std::abs(QuantileAt(before, 0.5)));
  return distance / spread;
}

/// p * log2(p / middle), halved: one side of the divergence.
double Half(double p, double middle) { return p <= 0 ? 0 : p * std::log2(p / middle) / 2; }

double JensenShannon(const ColumnShape& before, const ColumnShape& now) {
  std::map<std::string, std::pair<double, double>> shares;
  double rest_before = 1, rest_now = 1, divergence = 0;
  for (const auto& [text, share] : before.values) shares[text].first = share;
  for (const auto& [text, share] : now.values) shares[text].second = share;
  auto add = [&](double p, double q) {
    double middle = (p + q) / 2;
    divergence += Half(p, middle) + Half(q, middle);
    rest_before -= p;
    rest_now -= q;
  };
  for (const auto& [text, both] : shares) add(both.first, both.second);
  add(std::max(0.0, rest_before), std::max(0.0, rest_now));
  return divergence;
}

}  // namespace

ColumnShape ShapeOf(const ColumnProfile& profile) {
  ColumnShape shape;
  shape.quantiles = profile.quantiles;
  auto values = static_cast<double>(profile.rows - profile.nulls);
  if (!shape.quantiles.empty() || values <= 0) return shape;
  for (const auto& [text, count] : profile.top) {
    shape.values[text] = std::min(1.0, static_cast<double>(count) / values);
  }
  return shape;
}

std::optional<double> DriftBetween(const ColumnShape& before, const ColumnShape& now) {
  if (!before.quantiles.empty() && before.quantiles.size() == now.quantiles.size()) {
    return Wasserstein(before, now);
  }
  if (before.values.empty() || now.values.empty()) return std::nullopt;
  return JensenShannon(before, now);
}

}  // namespace roost::validate
