#include "validate/drift.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/disk_entry.h"

namespace roost::validate {

namespace {

using Json = nlohmann::ordered_json;
using Points = std::vector<std::pair<double, double>>;  // share, value

constexpr const char* kReportInFolder = "/data_quality_report.json";
constexpr int kBins = 10;
constexpr double kLeastShare = 1e-4;  // of a bin, so that an empty one has a logarithm

double QuantileAt(const Points& points, double share) {
  auto next = std::ranges::lower_bound(points, share, {}, &Points::value_type::first);
  if (next == points.end()) return points.back().second;
  if (next == points.begin() || next->first == share) return next->second;
  auto [before_share, before] = *std::prev(next);
  return before + (next->second - before) * (share - before_share) / (next->first - before_share);
}

/// Which share of the values is at most `value`.
double ShareUpTo(const Points& points, double value) {
  auto next = std::ranges::upper_bound(points, value, {}, &Points::value_type::second);
  if (next == points.end()) return 1;
  if (next == points.begin()) return 0;
  auto [before_share, before] = *std::prev(next);
  return before_share + (next->first - before_share) * (value - before) / (next->second - before);
}

double Spread(const Points& points) {
  double spread = QuantileAt(points, 0.75) - QuantileAt(points, 0.25);
  if (spread <= 0) spread = QuantileAt(points, 1) - QuantileAt(points, 0);
  return spread > 0 ? spread : std::max(1.0, std::abs(QuantileAt(points, 0.5)));
}

/// The area between the two quantile functions; both are straight between neighbouring shares.
double Wasserstein(const Points& before, const Points& now) {
  std::vector<double> shares;
  for (const auto& [share, value] : before) shares.push_back(share);
  for (const auto& [share, value] : now) shares.push_back(share);
  std::ranges::sort(shares);
  double distance = 0, last = 0, last_share = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    double far = QuantileAt(now, shares[i]) - QuantileAt(before, shares[i]);
    double width = shares[i] - last_share;
    double both = std::abs(far) + std::abs(last);
    bool crosses = far * last < 0;
    if (i > 0 && both > 0) {
      distance += width * (crosses ? (far * far + last * last) / both : both) / 2;
    }
    last = far;
    last_share = shares[i];
  }
  return distance / Spread(before);
}

double PsiOf(double before, double now) {
  before = std::max(before, kLeastShare);
  now = std::max(now, kLeastShare);
  return (now - before) * std::log(now / before);
}

/// Over bins that held a tenth of the values each.
double NumbersPsi(const Points& before, const Points& now) {
  double psi = 0, last_before = 0, last_now = 0;
  for (int bin = 1; bin <= kBins; ++bin) {
    double end = QuantileAt(before, static_cast<double>(bin) / kBins);
    double share_before = bin == kBins ? 1 : ShareUpTo(before, end);
    double share_now = bin == kBins ? 1 : ShareUpTo(now, end);
    bool is_empty = share_before <= last_before && share_now <= last_now;  // ends coincide
    if (!is_empty) psi += PsiOf(share_before - last_before, share_now - last_now);
    last_before = share_before;
    last_now = share_now;
  }
  return psi;
}

/// p * log2(p / middle), halved: one side of the divergence.
double Half(double p, double middle) { return p <= 0 ? 0 : p * std::log2(p / middle) / 2; }

DriftFigures OfValues(const ColumnShape& before, const ColumnShape& now) {
  std::map<std::string, std::pair<double, double>> shares;
  double rest_before = 1, rest_now = 1;
  DriftFigures figures;
  for (const auto& [text, share] : before.values) shares[text].first = share;
  for (const auto& [text, share] : now.values) shares[text].second = share;
  auto add = [&](double p, double q) {
    double middle = (p + q) / 2;
    figures.distance += Half(p, middle) + Half(q, middle);
    if (middle > 0) figures.psi += PsiOf(p, q);
    rest_before -= p;
    rest_now -= q;
  };
  for (const auto& [text, both] : shares) add(both.first, both.second);
  constexpr double kRounding = 1e-9;
  auto rest = [](double share) { return share < kRounding ? 0 : share; };
  add(rest(rest_before), rest(rest_now));
  figures.distance = std::max(0.0, figures.distance);
  return figures;
}

ColumnProfile ProfileOf(const Json& json) {
  ColumnProfile profile;
  profile.rows = json.value("rows", uint64_t{0});
  profile.nulls = json.value("nulls", uint64_t{0});
  if (json.contains("quantiles")) json.at("quantiles").get_to(profile.quantiles);
  if (json.contains("top")) json.at("top").get_to(profile.top);
  for (const Json& bin : json.value("histogram", Json::array())) {
    profile.histogram.push_back(
        {bin.at(0).get<double>(), bin.at(1).get<double>(), bin.at(2).get<uint64_t>()});
  }
  return profile;
}

}  // namespace

ColumnShape ShapeOf(const ColumnProfile& profile) {
  ColumnShape shape;
  auto values = static_cast<double>(profile.rows - std::min(profile.rows, profile.nulls));
  if (profile.quantiles.empty()) {
    for (const auto& [text, count] : profile.top) {
      if (values > 0) shape.values[text] = std::min(1.0, static_cast<double>(count) / values);
    }
    return shape;
  }
  shape.quantiles = profile.quantiles;
  double all = 0, before = 0;
  for (const HistogramBin& bin : profile.histogram) all += static_cast<double>(bin.count);
  for (size_t i = 0; i + 1 < profile.histogram.size() && all > 0; ++i) {
    before += static_cast<double>(profile.histogram[i].count);
    shape.quantiles.emplace_back(before / all, profile.histogram[i].high);
  }
  // Both are off by a little, and the values of neither may fall.
  std::ranges::stable_sort(shape.quantiles, {}, &Points::value_type::first);
  double largest = shape.quantiles.front().second;
  for (auto& [share, value] : shape.quantiles) value = largest = std::max(largest, value);
  return shape;
}

Result<Shapes> ReadShapes(const std::string& report_or_folder) {
  std::string report_file = report_or_folder;
  std::error_code error;
  if (std::filesystem::is_directory(report_file, error)) report_file += kReportInFolder;
  ROOST_ASSIGN(auto text, disk::ReadIfThere(report_file));
  if (!text) return Status::IOError("there is no report ", report_file);
  Shapes shapes;
  try {
    Json report = Json::parse(*text);
    for (const Json& table : report.at("tables")) {
      auto& columns = shapes[table.at("name").get<std::string>()];
      for (const Json& column : table.at("columns")) {
        columns[column.at("name").get<std::string>()] = ShapeOf(ProfileOf(column));
      }
    }
  } catch (const Json::exception&) {
    return Status::Invalid(report_file, " is no JSON report of `roost validate`");
  }
  return shapes;
}

std::optional<DriftFigures> DriftBetween(const ColumnShape& before, const ColumnShape& now) {
  if (!before.quantiles.empty() && !now.quantiles.empty()) {
    return DriftFigures{.distance = Wasserstein(before.quantiles, now.quantiles),
                        .is_wasserstein = true,
                        .psi = NumbersPsi(before.quantiles, now.quantiles),
                        .against = {}};
  }
  if (before.values.empty() || now.values.empty()) return std::nullopt;
  return OfValues(before, now);
}

}  // namespace roost::validate
