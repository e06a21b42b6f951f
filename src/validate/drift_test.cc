#include "validate/drift.h"

#include <gtest/gtest.h>

#include <filesystem>

#include <cmath>

#include "base/test_folder.h"

namespace roost::validate {
namespace {

ColumnShape Numbers(double from, double width) {
  ColumnShape shape;
  for (double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    shape.quantiles.emplace_back(share, from + share * width);
  }
  return shape;
}

TEST(Drift, OfTheSameIsNothing) {
  auto numbers = DriftBetween(Numbers(0, 10), Numbers(0, 10));
  EXPECT_EQ(numbers->distance, 0);
  EXPECT_NEAR(numbers->psi, 0, 1e-12);
  ColumnShape texts{{}, {{"a", 0.7}, {"b", 0.3}}};
  EXPECT_NEAR(DriftBetween(texts, texts)->distance, 0, 1e-12);
  EXPECT_NEAR(DriftBetween(texts, texts)->psi, 0, 1e-12);
}

TEST(Drift, OfNumbersCountsInQuartileDistances) {
  // Every number moved by 5, which is what lies between the quartiles of 0 to 10.
  auto drift = DriftBetween(Numbers(0, 10), Numbers(5, 10));
  EXPECT_DOUBLE_EQ(drift->distance, 1);
  EXPECT_TRUE(drift->is_wasserstein);
  // Of the ten bins five are empty now, and the last one holds more than half.
  EXPECT_GT(drift->psi, 1);
}

TEST(Drift, OfNumbersThatSpreadToBothSidesIsTheAreaBetweenThem) {
  // Quantile functions cross in the middle: 10 u - (20 u - 5) is 5 at both ends, 2.5 on average.
  EXPECT_DOUBLE_EQ(DriftBetween(Numbers(0, 10), Numbers(-5, 20))->distance, 0.5);
}

TEST(Drift, OfTextsIsOneWhereNothingIsShared) {
  ColumnShape one{{}, {{"a", 1}}}, other{{}, {{"b", 1}}};
  EXPECT_NEAR(DriftBetween(one, other)->distance, 1, 1e-12);
}

TEST(Drift, OfTextsHasThePsiOfTheirShares) {
  ColumnShape one{{}, {{"a", 0.5}, {"b", 0.5}}}, other{{}, {{"a", 0.25}, {"b", 0.75}}};
  double psi = -0.25 * std::log(0.5) + 0.25 * std::log(1.5);
  EXPECT_NEAR(DriftBetween(one, other)->psi, psi, 1e-12);
}

TEST(Drift, OfNumbersAndTextsIsUnknown) {
  ColumnShape texts{{}, {{"a", 1}}};
  EXPECT_FALSE(DriftBetween(texts, Numbers(0, 1)));
  EXPECT_FALSE(DriftBetween(ColumnShape(), Numbers(0, 1)));
}

TEST(Drift, ShapesComeFromHistogramsToo) {
  ColumnProfile profile;
  profile.rows = 100;
  profile.quantiles = {{0, 0}, {0.5, 1}, {1, 10}};
  profile.histogram = {{0, 5, 90}, {5, 10, 10}};
  ColumnShape shape = ShapeOf(profile);
  std::vector<std::pair<double, double>> expected = {{0, 0}, {0.5, 1}, {0.9, 5}, {1, 10}};
  EXPECT_EQ(shape.quantiles, expected);
}

TEST(Drift, ABaselineIsTheReportOfARun) {
  TestFolder folder;
  std::string file = folder.Write(
      "report.json",
      R"({"tables":[{"name":"t","columns":[{"name":"a","rows":4,"nulls":2,"top":[["x",1]]}]}]})");
  auto shapes = ReadShapes(file);
  ASSERT_TRUE(shapes.ok()) << shapes.status().message();
  EXPECT_EQ(shapes->at("t").at("a").values.at("x"), 0.5);
  EXPECT_FALSE(ReadShapes(folder.path()).ok());
  std::filesystem::rename(file, folder / "data_quality_report.json");
  EXPECT_TRUE(ReadShapes(folder.path()).ok());
  for (const char* text : {"", "{}", "[", R"({"tables":[{}]})", R"({"tables":3})"}) {
    EXPECT_FALSE(ReadShapes(folder.Write("bad.json", text)).ok()) << text;
  }
  EXPECT_FALSE(ReadShapes(folder / "none.json").ok());
}

}  // namespace
}  // namespace roost::validate
