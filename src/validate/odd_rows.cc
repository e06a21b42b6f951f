#include "validate/odd_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json_text.h"

namespace roost::validate {

namespace {

constexpr size_t kFewestRows = 200, kFittedRows = 4096, kBlock = 256, kKept = 100;
constexpr size_t kNamed = 3;  // columns
constexpr double kOnceIn =
    3;  // as estimated; in fact rarer, since the three detectors seldom agree so far

using anomaly::Numbers;

/// Every so many rows of some.
Numbers Some(const Numbers& all, size_t first, size_t rows, double step) {
  Numbers some;
  some.rows = rows;
  for (const auto& column : all.columns) {
    auto& values = some.columns.emplace_back();
    for (size_t i = 0; i < rows; ++i) {
      values.push_back(column[first + static_cast<size_t>(static_cast<double>(i) * step)]);
    }
  }
  return some;
}

/// Numbers that say something: not all alike, not nearly all missing.
bool IsTelling(const std::vector<float>& values) {
  float first = 0;
  size_t there = 0;
  bool varies = false;
  for (float value : values) {
    if (!std::isfinite(value)) continue;
    if (there++ == 0) first = value;
    varies |= value != first;
  }
  return varies && 2 * there >= values.size();
}

std::string UsualOf(const ColumnProfile& profile) {
  if (!profile.quantiles.empty()) {
    std::string low, high;
    for (const auto& [share, value] : profile.quantiles) {
      if (share == 0.05) AppendJsonDouble(low, value);
      if (share == 0.95) AppendJsonDouble(high, value);
    }
    return profile.name + " " + low + " to " + high;
  }
  return profile.top.empty() ? "" : profile.name + " " + profile.top[0].first.substr(0, 40);
}

/// Without columns that say nothing.
void DropSilent(RowSample& sample) {
  RowSample telling;
  telling.numbers.rows = sample.numbers.rows;
  telling.rows = std::move(sample.rows);
  for (size_t c = 0; c < sample.numbers.columns.size(); ++c) {
    if (!IsTelling(sample.numbers.columns[c])) continue;
    telling.numbers.columns.push_back(std::move(sample.numbers.columns[c]));
    telling.fields.push_back(sample.fields[c]);
  }
  sample = std::move(telling);
}

/// Counts the rows that are strange and keeps the strangest.
void ScoreRows(const anomaly::RowModel& model, const Numbers& numbers, OddRows& found) {
  double most_usual = std::log(static_cast<double>(numbers.rows) * kOnceIn);
  for (size_t first = 0; first < numbers.rows; first += kBlock) {
    std::vector<float> surprise =
        model.Surprise(Some(numbers, first, std::min(kBlock, numbers.rows - first), 1));
    for (size_t i = 0; i < surprise.size(); ++i) {
      if (surprise[i] <= most_usual) continue;
      ++found.count;
      OddRow& odd = found.strongest.emplace_back();
      odd.row = first + i;
      odd.surprise = surprise[i];
    }
    auto stranger = [](const OddRow& a, const OddRow& b) { return a.surprise > b.surprise; };
    std::stable_sort(found.strongest.begin(), found.strongest.end(), stranger);
    if (found.strongest.size() > kKept) found.strongest.resize(kKept);
  }
}

void Explain(const TableInfo& table, const PassResult& pass, const RowSample& sample,
             const std::vector<size_t>& blamed, OddRow& odd) {
  odd.text = "a row unlike the others, most in ";
  for (size_t i = 0; i < std::min(kNamed, blamed.size()); ++i) {
    size_t f = sample.fields[blamed[i]];
    odd.fields.push_back(&table.fields[f]);
    odd.text += (i == 0 ? "" : ", ") + table.fields[f].name;
    std::string usual = UsualOf(pass.columns[f]);
    if (!usual.empty()) odd.usual += (odd.usual.empty() ? "" : "; ") + usual;
  }
}

}  // namespace

OddRows FindOddRows(const TableInfo& table, const PassResult& pass, RowSample sample,
                    anomaly::RowMethod method) {
  OddRows found;
  DropSilent(sample);
  const Numbers& numbers = sample.numbers;
  if (numbers.rows < kFewestRows || numbers.columns.size() < 2) return found;
  found.looked_at = numbers.rows;
  size_t fitted = std::min(kFittedRows, numbers.rows);
  double every = static_cast<double>(numbers.rows) / static_cast<double>(fitted);
  anomaly::RowModel::Options options;
  options.method = method;
  anomaly::RowModel model(Some(numbers, 0, fitted, every), options);
  ScoreRows(model, numbers, found);
  for (OddRow& odd : found.strongest) {
    Explain(table, pass, sample, model.Blame(Some(numbers, odd.row, 1, 1)), odd);
    odd.row = sample.rows[odd.row];
  }
  return found;
}

}  // namespace roost::validate
