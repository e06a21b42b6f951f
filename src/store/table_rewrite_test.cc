#include "store/table_rewrite.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"
#include "store/column_values.h"
#include "store/rows_for_tests.h"

namespace roost::store {
namespace {

using shred::FinalColumn;
using shred::FinalTable;
using shred::FinalType;
using shred::Slot;
using shred::Take;

constexpr int64_t kNoDouble = (int64_t{1} << 60) + 1;

/// Two parts of a table with the columns n (int64) and w (text of few words).
class TableRewriteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = FinalRoot("t", {FinalColumnOf("n", FinalType::kInt64, {{Slot::kNumber}}),
                              FinalColumnOf("w", FinalType::kText, {{Slot::kText}})});
    before_.columns[0].path = "/n";
    before_.columns[1].path = "/w";
    for (int part = 0; part < 2; ++part) WritePart(part);
  }

  /// 5,000 rows.
  void WritePart(int part) {
    OutputOptions options;
    options.places = PlacesIn(folder_ / std::to_string(part));
    auto output = Output::Create(options).ValueOrDie();
    {
      auto sink = output->NewSink();
      MadeTable table(*sink, 0, "t", true);
      for (int64_t row = 0; row < 5000; ++row) {
        shred::Column& numbers = table.ColumnOf({"/n", Slot::kNumber});
        AddWord(numbers, shred::Layout::kInt64, static_cast<uint64_t>(row == 7 ? kNoDouble : row));
        PutEntry(table.ColumnOf({"/w", Slot::kText}),
                 "a long word, number " + std::to_string(row % 3));
        table.EndRow(part * 10000 + row, 0, 0, static_cast<uint64_t>(row % 2));
      }
      ASSERT_TRUE(table.Flush().ok());
      ASSERT_TRUE(table.EndRowGroup().ok());
    }
    shred::FinalSchema schema{{before_}};
    auto published = output->Publish(schema, 1).ValueOrDie();
    output->Keep();
    paths_.push_back(published[0].parts[0].path);
    bytes_ += published[0].parts[0].bytes;
  }

  WrittenPart Rewrite(const FinalTable& after) {
    TableRewrite rewrite{&before_, &after, paths_};
    auto parts = RewriteTable(rewrite, PlacesIn(folder_ / "new"));
    EXPECT_TRUE(parts.ok()) << parts.status().ToString();
    EXPECT_EQ(parts->size(), 1u) << "small parts become one";
    return parts->front();
  }

  TestFolder folder_;
  FinalTable before_;
  std::vector<std::string> paths_;
  uint64_t bytes_ = 0;
};

FinalColumn From(FinalColumn column, std::vector<shred::EarlierColumn> earlier) {
  column.earlier = std::move(earlier);
  return column;
}

TEST_F(TableRewriteTest, WhatNoDoubleHoldsGoesApartAndNothingIsLost) {
  const FinalTable after = FinalRoot(
      "t", {From(FinalColumnOf("n", FinalType::kDouble, {}), {{"n", Take::kExactInDouble}}),
            From(FinalColumnOf("w", FinalType::kText, {}), {{"w"}}),
            From(FinalColumnOf("n__int", FinalType::kInt64, {}), {{"n", Take::kInexactInDouble}}),
            FinalColumnOf("new", FinalType::kBool, {})});
  EXPECT_EQ(Rewrite(after).rows, 10000u);
  ReadTable read = ReadFolder(folder_ / "new/t").ValueOrDie();
  EXPECT_EQ(read.rows, 10000u);
  for (size_t row : {size_t{7}, size_t{5007}}) {
    EXPECT_EQ(read.cells["n"][row], std::nullopt);
    EXPECT_EQ(read.cells["n__int"][row], CellOf(kNoDouble));
  }
  EXPECT_EQ(read.cells["n"][5008], CellOf(8.0));
  EXPECT_EQ(read.cells["n__int"][5008], std::nullopt);
  EXPECT_EQ(read.cells["w"][5008], CellOfText("a long word, number 2"));
  EXPECT_EQ(read.cells["new"][0], std::nullopt);
  EXPECT_EQ(read.cells["_roost_id"][5000], CellOf(int64_t{10000}));
}

TEST_F(TableRewriteTest, TextsOfFewWordsStaySmall) {
  const FinalTable after =
      FinalRoot("t", {From(FinalColumnOf("n", FinalType::kInt64, {}), {{"n"}}),
                      From(FinalColumnOf("w", FinalType::kText, {}), {{"w"}})});
  EXPECT_LT(Rewrite(after).bytes, bytes_);
}

TEST_F(TableRewriteTest, AnErrorLeavesNothingBehind) {
  std::filesystem::resize_file(paths_[1], 100);
  TableRewrite rewrite{&before_, &before_, paths_};
  const Status status = RewriteTable(rewrite, PlacesIn(folder_ / "new")).status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_NE(status.message().find(paths_[1]), std::string::npos) << status.ToString();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "new"))
    EXPECT_TRUE(entry.is_directory()) << entry.path();
}

}  // namespace
}  // namespace roost::store
