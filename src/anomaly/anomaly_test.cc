#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "anomaly/detector.h"
#include "anomaly/history.h"
#include "anomaly/random.h"
#include "anomaly/row_model.h"

namespace roost::anomaly {
namespace {

constexpr int64_t kHour = 3600, kDay = 24 * kHour;

std::vector<BatchFigure> Hourly(size_t count, double (*value)(size_t hour)) {
  std::vector<BatchFigure> figures;
  Random random(1);
  for (size_t i = 0; i < count; ++i) {
    figures.push_back({static_cast<int64_t>(i) * kHour, value(i) + random.Normal()});
  }
  return figures;
}

double Steady(size_t) { return 100; }
double ByHour(size_t hour) { return hour % 24 < 12 ? 100 : 1000; }
double ByWeekday(size_t hour) { return hour / 24 % 7 < 5 ? 100 : 1000; }
double Shifted(size_t hour) { return hour < 40 ? 100 : 102.5; }

TEST(History, SaysNothingBelowEightBatches) {
  auto past = Hourly(7, Steady);
  EXPECT_TRUE(JudgeBatch(past, {7 * kHour, 1e9}).is_warming_up);
  past = Hourly(8, Steady);
  BatchVerdict verdict = JudgeBatch(past, {8 * kHour, 1e9});
  EXPECT_FALSE(verdict.is_warming_up);
  EXPECT_TRUE(verdict.is_far);
}

TEST(History, FindsTheSeasonThatForetellsBest) {
  EXPECT_EQ(JudgeBatch(Hourly(72, Steady), {72 * kHour, 100}).season, Season::kNone);
  auto by_hour = Hourly(96, ByHour);
  EXPECT_EQ(JudgeBatch(by_hour, {96 * kHour, 100}).season, Season::kHour);
  EXPECT_FALSE(JudgeBatch(by_hour, {96 * kHour, 101}).is_far);
  EXPECT_TRUE(JudgeBatch(by_hour, {96 * kHour, 1000}).is_far) << "usual at noon, not at midnight";
  auto by_day = Hourly(4 * 7 * 24, ByWeekday);
  EXPECT_EQ(JudgeBatch(by_day, {28 * kDay, 100}).season, Season::kWeekday);
}

TEST(History, ASmallShiftThatStaysIsADrift) {
  auto past = Hourly(52, Shifted);
  BatchVerdict verdict = JudgeBatch(past, {52 * kHour, 102.5});
  EXPECT_FALSE(verdict.is_far);
  EXPECT_TRUE(verdict.has_drifted);
  EXPECT_FALSE(JudgeBatch(Hourly(52, Steady), {52 * kHour, 101}).has_drifted);
}

TEST(History, BatchesThatAreAllAlikeMayDifferALittle) {
  std::vector<BatchFigure> past(20, BatchFigure{0, 1000});
  EXPECT_FALSE(JudgeBatch(past, {0, 1005}).is_far);
  EXPECT_TRUE(JudgeBatch(past, {0, 1500}).is_far);
}

double PlainMedian(std::vector<double> values) {
  std::ranges::sort(values);
  size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle] + values[middle - 1]) / 2;
}

/// What the others of the same hour of the day, if they are three, say of each figure.
std::vector<double> PlainResiduals(const std::vector<BatchFigure>& past, bool by_hour) {
  std::vector<double> residuals;
  for (const BatchFigure& left_out : past) {
    std::vector<double> same, all;
    for (const BatchFigure& each : past) {
      if (&each == &left_out) continue;
      all.push_back(each.value);
      if (each.seconds / kHour % 24 == left_out.seconds / kHour % 24) same.push_back(each.value);
    }
    residuals.push_back(left_out.value - PlainMedian(by_hour && same.size() >= 3 ? same : all));
  }
  return residuals;
}

TEST(History, MeasuresFromWhatTheOtherBatchesForetell) {
  Random random(3);
  size_t of_season = 0;
  for (size_t count = kFewestBatches; count < 120; ++count) {
    std::vector<BatchFigure> past;
    for (size_t i = 0; i < count; ++i) {
      // Many are alike; every third count has an hour of its own, with a value of its own.
      bool is_noon = count % 3 == 0 && i % 4 == 0;
      auto hour = static_cast<int64_t>(24 * i + (is_noon ? 12 : 0));
      past.push_back({hour * kHour, std::round(2 * random.Normal()) + (is_noon ? 90 : 10)});
    }
    BatchFigure now{past.back().seconds + 24 * kHour, 11};
    BatchVerdict verdict = JudgeBatch(past, now);
    of_season += verdict.season == Season::kHour;
    std::vector<double> distances = PlainResiduals(past, verdict.season == Season::kHour);
    for (double& each : distances) each = std::abs(each);
    double spread = 1.4826 * PlainMedian(distances);
    EXPECT_DOUBLE_EQ(verdict.spread, std::max(spread, 0.01 * std::abs(verdict.usual))) << count;
    EXPECT_DOUBLE_EQ(verdict.deviations, (11 - verdict.usual) / verdict.spread) << count;
  }
  EXPECT_GE(of_season, 20u);
}

/// Two columns that agree, and a third of their own.
Numbers Agreeing(size_t rows) {
  Numbers numbers;
  numbers.rows = rows;
  numbers.columns.resize(3);
  Random random(7);
  for (size_t i = 0; i < rows; ++i) {
    auto value = static_cast<float>(random.Normal());
    numbers.columns[0].push_back(value);
    numbers.columns[1].push_back(value + static_cast<float>(0.05 * random.Normal()));
    numbers.columns[2].push_back(static_cast<float>(random.Normal()));
  }
  return numbers;
}

Numbers Row(float a, float b, float c) { return {1, {{a}, {b}, {c}}}; }

class RowModels : public testing::TestWithParam<RowMethod> {};

TEST_P(RowModels, StrangeRowsSurpriseMoreThanAnyOfTheSample) {
  Numbers sample = Agreeing(3000);
  RowModel model(sample, {.method = GetParam()});
  float most = 0;
  for (float each : model.Surprise(sample)) most = std::max(most, each);
  EXPECT_LT(model.Surprise(Row(0, 0, 0))[0], 3);
  EXPECT_GT(model.Surprise(Row(50, 0, 0))[0], 0.5f * most);
  EXPECT_EQ(model.Blame(Row(0, 0, 50))[0], 2u);
}

TEST_P(RowModels, SameSeedSameSurprise) {
  Numbers sample = Agreeing(500);
  auto one = RowModel(sample, {.method = GetParam(), .seed = 3}).Surprise(sample);
  EXPECT_EQ(one, RowModel(sample, {.method = GetParam(), .seed = 3}).Surprise(sample));
  EXPECT_NE(one, RowModel(sample, {.method = GetParam(), .seed = 4}).Surprise(sample));
}

TEST_P(RowModels, AreExactAboveTheLeastSurprise) {
  Numbers sample = Agreeing(2000);
  RowModel model(sample, {.method = GetParam()});
  auto exact = model.Surprise(sample), rough = model.Surprise(sample, 4);
  size_t above = 0;
  for (size_t i = 0; i < sample.rows; ++i) {
    EXPECT_EQ(std::max(rough[i], 4.0f), std::max(exact[i], 4.0f));
    above += exact[i] > 4;
  }
  EXPECT_GT(above, 0u);
}

TEST_P(RowModels, HoldWhateverTheNumbersAre) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Numbers sample = {4, {{1, 1, 1, 1}, {NAN, NAN, NAN, NAN}, {kInfinity, -kInfinity, 0, 3e38f}}};
  RowModel model(sample, {.method = GetParam()});
  for (float each : model.Surprise(sample)) EXPECT_TRUE(std::isfinite(each));
  Numbers none = {0, {{}, {}}};
  EXPECT_TRUE(RowModel(none, {.method = GetParam()}).Surprise(none).empty());
}

INSTANTIATE_TEST_SUITE_P(Methods, RowModels,
                         testing::Values(RowMethod::kMeanRank, RowMethod::kForest));

/// By sorting all distances, one row after the other.
float FifthNearest(const Numbers& sample, const Numbers& rows, size_t row) {
  std::vector<float> distances;
  for (size_t i = 0; i < sample.rows; ++i) {
    float sum = 0;
    for (size_t c = 0; c < rows.columns.size(); ++c) {
      float far = sample.columns[c][i] - rows.columns[c][row];
      sum += far * far;
    }
    distances.push_back(sum);
  }
  std::sort(distances.begin(), distances.end());
  if (distances[0] == 0) distances.erase(distances.begin());
  return std::sqrt(distances[std::min<size_t>(5, sample.rows) - 1]);
}

TEST(Neighbours, AreThoseThatSortingFinds) {
  for (size_t references : {6u, 9u, 256u}) {  // no more than are taken, so that all are
    Numbers sample = Agreeing(references), rows = Agreeing(301);
    for (float& value : rows.columns[2]) value += 0.25f;
    for (auto& column : rows.columns) column[0] = column[1] = 0;
    for (auto& column : sample.columns) column[2] = column[3] = 0;  // equal to rows
    auto neighbours = MakeNeighbours(sample, 1);
    std::vector<float> scores(rows.rows);
    neighbours->Score(rows, scores);
    for (size_t i = 0; i < rows.rows; ++i) {
      EXPECT_FLOAT_EQ(scores[i], FifthNearest(sample, rows, i)) << references << " " << i;
    }
  }
}

TEST(RowModel, SeesRowsThatAreStrangeOnlyTogether) {
  RowModel model(Agreeing(3000), {});
  EXPECT_GT(model.Surprise(Row(2.5f, -2.5f, 0))[0], model.Surprise(Row(2.5f, 2.5f, 0))[0] + 1);
}

}  // namespace
}  // namespace roost::anomaly
