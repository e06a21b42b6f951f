#include "store/merge_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/test_folder.h"
#include "ledger/schema_part.h"
#include "store/column_values.h"
#include "store/rows_for_tests.h"
#include "store/table_change.h"
#include "store/table_rewrite.h"

namespace roost::store {
namespace {

using Groups = std::vector<std::vector<std::string>>;

/// Parts of a table `t`, each with the ids that it is given.
class MergePlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ =
        FinalRoot("t", {FinalColumnOf("n", shred::FinalType::kInt64, {{shred::Slot::kNumber}})});
    table_.columns[0].path = "/n";
    snapshot_.version = 1;
  }

  /// The name of the part. `bytes` is what the log says.
  std::string Add(const std::vector<int64_t>& ids, uint64_t bytes, size_t shapes = 1) {
    OutputOptions options;
    options.places = PlacesIn(folder_.path());
    const int number = made_++;
    options.places.new_part = [&](const std::string&) {
      return Result<std::string>(folder_ / ("part-" + std::to_string(number) + ".parquet"));
    };
    auto output = Output::Create(options).ValueOrDie();
    FinalTableOf(shapes);
    {
      auto sink = output->NewSink();
      MadeTable rows(*sink, 0, "t", true);
      for (int64_t id : ids) {
        AddWord(rows.ColumnOf({"/n", shred::Slot::kNumber}), shred::Layout::kInt64,
                static_cast<uint64_t>(id));
        rows.EndRow(id, 0, 0, 0);
      }
      EXPECT_TRUE(rows.Flush().ok());
      EXPECT_TRUE(rows.EndRowGroup().ok());
    }
    auto published = output->Publish({{table_}}, 1).ValueOrDie();
    output->Keep();
    ledger::Part part = PartOf(published[0].parts[0], ColumnsOf(table_).size());
    part.bytes = bytes;
    snapshot_.live[part.path] = part;
    return part.path;
  }

  void FinalTableOf(size_t shapes) {
    table_.shapes.clear();
    for (size_t i = 0; i < shapes; ++i) table_.shapes.push_back({next_shape_++, "{\"n\":s}"});
  }

  Groups Plan() {
    Groups groups;
    for (const MergeJob& job : PlanMerges(snapshot_, table_, folder_.path(), limits_).ValueOrDie())
      groups.push_back(job.parts);
    return groups;
  }

  TestFolder folder_;
  shred::FinalTable table_;
  ledger::Snapshot snapshot_;
  MergeLimits limits_{1000, 8000};
  uint64_t next_shape_ = 1;
  int made_ = 0;
};

TEST_F(MergePlanTest, SmallNeighboursGoTogetherAndLargePartsStay) {
  const std::string a = Add({1, 2}, 100), b = Add({3, 4}, 100);
  Add({5, 6}, 700);
  const std::string c = Add({7}, 100), d = Add({8}, 499);
  EXPECT_EQ(Plan(), (Groups{{a, b}, {c, d}}));
}

TEST_F(MergePlanTest, ASmallPartBetweenLargeOnesStays) {
  Add({1}, 900);
  Add({2}, 10);
  Add({3}, 900);
  EXPECT_EQ(Plan(), Groups());
}

TEST_F(MergePlanTest, LargePartsWhoseIdsLieBetweenEachOthersAreSorted) {
  const std::string a = Add({1, 5}, 5000), b = Add({2, 9}, 5000), c = Add({7, 8}, 5000);
  Add({20, 21}, 5000);
  EXPECT_EQ(Plan(), (Groups{{a, b, c}}));
}

TEST_F(MergePlanTest, APartThatIsNotSortedIsWrittenAnewByItself) {
  Add({1, 2}, 900);
  const std::string b = Add({9, 4}, 900);
  EXPECT_EQ(Plan(), (Groups{{b}}));
}

TEST_F(MergePlanTest, APartThatLacksColumnsIsWrittenAnew) {
  const std::string a = Add({1, 2}, 900);
  EXPECT_EQ(Plan(), Groups());
  snapshot_.live[a].tags[ledger::kColumnsTag] = "2";
  EXPECT_EQ(Plan(), (Groups{{a}}));
}

TEST_F(MergePlanTest, PartsOfOtherToolsAreNobodysBusiness) {
  const std::string a = Add({1}, 100);
  Add({2}, 100);
  snapshot_.live[a].tags.clear();
  EXPECT_EQ(Plan(), Groups());
}

TEST_F(MergePlanTest, PartsWithTooManyShapesTogetherStayApart) {
  const std::string a = Add({1}, 100, 2000), b = Add({2}, 100, 2000);
  const std::string c = Add({3}, 100, 2000), d = Add({4}, 100, 2000);
  EXPECT_EQ(Plan(), (Groups{{a, b}, {c, d}}));
  snapshot_.live.erase(b);
  snapshot_.live.erase(d);
  Add({5}, 100, 4000);
  EXPECT_EQ(Plan(), (Groups{{a, c}})) << "the third is alone, and stays";
}

TEST_F(MergePlanTest, WhileFewPartsAreSmallNoneIsMerged) {
  for (int64_t i = 0; i < 5; ++i) Add({i}, 100 + static_cast<uint64_t>(i));
  SmallPartLimits limits{200, 5, 350};
  EXPECT_TRUE(PlanSmallMerge(snapshot_, table_.name, table_.id_name, limits).parts.empty());
  limits.parts = 4;
  const MergeJob job = PlanSmallMerge(snapshot_, table_.name, table_.id_name, limits);
  EXPECT_EQ(job.parts.size(), 3u) << "as many neighbours as fit";
  EXPECT_LE(job.bytes, limits.job_bytes);
  limits.job_bytes = 150;
  EXPECT_TRUE(PlanSmallMerge(snapshot_, table_.name, table_.id_name, limits).parts.empty());
}

}  // namespace
}  // namespace roost::store
