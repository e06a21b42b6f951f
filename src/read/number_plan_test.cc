#include "read/number_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::read {
namespace {

TEST(NumberPlan, ShortFilesHaveTheirPlaceAndOthersBlocksThatDoNotMeet) {
  const FileList files = {
      {"", 10, true}, {"", 5000, true}, {"", 0, false}, {"", 100, true}, {"no such file", 0, true}};
  NumberPlan plan(files, 1000);
  EXPECT_EQ(plan.Of(1, 999).first, 1u);
  EXPECT_EQ(plan.Of(1, 999).count, 1u);
  // The order of asking changes nothing.
  const NumberBlock third = plan.Of(3, 1000), zeroth = plan.Of(0, 1000);
  const NumberBlock first = plan.Of(1, 1000), pipe = plan.Of(2, 1000);
  EXPECT_EQ(zeroth.first, 5u);
  EXPECT_GE(first.first, zeroth.first + zeroth.count);
  EXPECT_GE(pipe.first, first.first + first.count);
  EXPECT_GE(third.first, pipe.first + pipe.count);
  EXPECT_EQ(zeroth.count, 10 * 2048 / 1000 + 2u);
  EXPECT_EQ(first.count, 5 * 2048 + 2u);
  EXPECT_EQ(pipe.count, uint64_t{1} << 24);
  NumberPlan again(files, 1000);
  EXPECT_EQ(again.Of(1, 1000).first, first.first);
}

TEST(NumberPlan, FilesThatOutgrowTheirBlockGetOneFromTheTail) {
  const FileList files = {{"", 10, true}, {"", 0, true}};
  NumberPlan plan(files, 1000);
  const NumberBlock grown = plan.Of(0, 1000000), other = plan.Of(1, 1000);
  EXPECT_GT(grown.count, 1000u);
  EXPECT_EQ(grown.first, plan.Of(0, 1000).first + plan.Of(0, 1000).count);
  EXPECT_EQ(other.first, grown.first + grown.count);
}

TEST(NumberPlan, EvenAHundredPetabytesFitTheIds) {
  FileList files;
  for (int i = 0; i < 100; ++i) files.Add({"", uint64_t{1} << 50, true});
  NumberPlan plan(files, 1 << 20);
  const NumberBlock last = plan.Of(99, uint64_t{1} << 50);
  EXPECT_GT(last.count, uint64_t{1} << 30);
  EXPECT_LT(last.first + last.count, uint64_t{1} << 39);
}

}  // namespace
}  // namespace roost::read
