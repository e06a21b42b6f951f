#include "anomaly/row_model.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace roost::anomaly {

namespace {

constexpr size_t kBlock = 2048;  // rows that are scored at once

Numbers BlockOf(const Numbers& all, size_t first) {
  Numbers block;
  block.rows = std::min(kBlock, all.rows - first);
  for (const auto& column : all.columns) {
    auto begin = column.begin() + static_cast<ptrdiff_t>(first);
    block.columns.emplace_back(begin, begin + static_cast<ptrdiff_t>(block.rows));
  }
  return block;
}

}  // namespace

RowModel::RowModel(const Numbers& sample, Options options, const Numbers& others)
    : scaling_(sample) {
  Numbers scaled = scaling_.Of(sample);
  histograms_ = std::make_unique<Histograms>(scaled);
  if (options.method == RowMethod::kForest) {
    detectors_.push_back(MakeForest(scaled, options.seed));
  } else {
    detectors_.push_back(std::make_unique<Histograms>(scaled));
    detectors_.push_back(MakeProjections(scaled, options.seed));
    detectors_.push_back(MakeNeighbours(scaled, options.seed));
  }
  const Numbers ranked = others.rows > 0 ? scaling_.Of(others) : scaled;
  std::vector<std::vector<float>> scores(detectors_.size(), std::vector<float>(ranked.rows));
  auto score = [&](size_t block) {
    const size_t first = block * kBlock;
    const Numbers rows = BlockOf(ranked, first);
    for (size_t d = 0; d < detectors_.size(); ++d) {
      detectors_[d]->Score(rows, std::span(scores[d]).subspan(first, rows.rows));
    }
  };
  const size_t blocks = (ranked.rows + kBlock - 1) / kBlock;
  if (options.for_each) {
    options.for_each(blocks, score);
  } else {
    for (size_t block = 0; block < blocks; ++block) score(block);
  }
  for (std::vector<float>& each : scores) tails_.emplace_back(std::move(each));
  for (size_t c = 0; c < scaled.columns.size(); ++c) {
    double sum = 0;
    for (float value : scaled.columns[c]) sum += histograms_->ScoreOne(c, value);
    usual_surprise_.push_back(
        static_cast<float>(sum / static_cast<double>(std::max<size_t>(1, scaled.rows))));
  }
}

std::vector<float> RowModel::Surprise(const Numbers& rows, float least) const {
  const Numbers scaled = scaling_.Of(rows);
  std::vector<std::vector<float>> scores(detectors_.size(), std::vector<float>(rows.rows));
  for (size_t d = 0; d < detectors_.size(); ++d) detectors_[d]->Score(scaled, scores[d]);
  std::vector<float> surprise(rows.rows);
  for (size_t i = 0; i < rows.rows; ++i) {
    auto mean = [&](auto of) {
      float sum = 0;
      for (size_t d = 0; d < tails_.size(); ++d) sum += (tails_[d].*of)(scores[d][i]);
      return sum / static_cast<float>(tails_.size());
    };
    surprise[i] = mean(&Tail::MostSurpriseOf);
    if (surprise[i] > least) surprise[i] = mean(&Tail::SurpriseOf);
  }
  return surprise;
}

std::vector<size_t> RowModel::Blame(const Numbers& row) const {
  Numbers scaled = scaling_.Of(row);
  std::vector<float> added;
  for (size_t c = 0; c < scaled.columns.size(); ++c) {
    added.push_back(histograms_->ScoreOne(c, scaled.columns[c][0]) - usual_surprise_[c]);
  }
  std::vector<size_t> order(added.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return added[a] > added[b]; });
  return order;
}

}  // namespace roost::anomaly
