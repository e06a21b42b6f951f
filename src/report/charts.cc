#include "report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"
#include "report/wording.h"

namespace roost::report {
namespace {

constexpr int kWidth = 120, kHeight = 28;

long Rounded(double value) { return std::lround(value); }

}  // namespace

std::string Sparkline(const std::vector<double>& shares) {
  constexpr double kTop = 3, kBottom = 21;
  const double most = std::max(*std::max_element(shares.begin(), shares.end()), 1e-12);
  const double step = 74.0 / static_cast<double>(std::max<size_t>(shares.size() - 1, 1));
  std::string points;
  double x = 3, y = 0;
  for (double share : shares) {
    y = kBottom - (kBottom - kTop) * share / most;
    points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", x, y);
    x += step;
  }
  const std::string label =
      fmt::format("share of failing rows over {} runs: from {} to {}", shares.size(),
                  ShareText(shares.front()), ShareText(shares.back()));
  return fmt::format(
      "<svg class=\"spark\" viewBox=\"0 0 80 24\" role=\"img\" aria-label=\"{}\"><polyline "
      "points=\"{}\"/><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/></svg>",
      InHtml(label), points, x - step, y);
}

std::string Histogram(const std::vector<HistogramBin>& bins) {
  uint64_t most = 1;
  size_t tallest = 0;
  for (size_t i = 0; i < bins.size(); ++i) {
    if (bins[i].count > most) most = bins[i].count, tallest = i;
  }
  const double low = bins.front().low, span = std::max(bins.back().high - low, 1e-300);
  std::string path;
  for (const HistogramBin& bin : bins) {
    if (bin.count == 0) continue;
    const long left = Rounded((bin.low - low) / span * kWidth);
    const long right = std::max(Rounded((bin.high - low) / span * kWidth), left + 2);
    const double share = static_cast<double>(bin.count) / static_cast<double>(most);
    const long height = std::max(Rounded(share * (kHeight - 1)), 1L);
    path += fmt::format("M{} {}v-{}h{}v{}", left, kHeight, height, right - left - 1, height);
  }
  return fmt::format(
      "<svg class=\"hist\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"most between {} and {}\"><path d=\"{}\"/></svg>",
      kWidth, kHeight, NumberText(bins[tallest].low), NumberText(bins[tallest].high), path);
}

std::string Meter(double share, std::string_view css_class) {
  const double filled = std::clamp(share, 0.0, 1.0);
  // What is there at all is seen.
  const double width = filled > 0 ? std::max(filled * 100, 1.0) : 0;
  return fmt::format(
      "<svg class=\"meter {}\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\"><rect class=\"rail\" width=\"100\" height=\"4\"/><rect "
      "width=\"{:.1f}\" "
      "height=\"4\"/></svg>",
      css_class, width);
}

}  // namespace roost::report
