#include "store/table_rewrite.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

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

/// 3,000 rows of one table, in parts as `part_of` says, whose row groups hold `group` rows.
class RowsInParts {
 public:
  RowsInParts(size_t parts, int64_t group, const std::function<size_t(int64_t)>& part_of) {
    table_ = FinalRoot("t", {FinalColumnOf("n", FinalType::kInt64, {{Slot::kNumber}}),
                             FinalColumnOf("w", FinalType::kText, {{Slot::kText}}),
                             FinalColumnOf("l", FinalType::kListInt64, {{Slot::kListNumber}})});
    table_.columns[0].path = "/n";
    table_.columns[1].path = "/w";
    table_.columns[2].path = "/l";
    for (size_t part = 0; part < parts; ++part)
      Write(part, group, [&](int64_t row) { return part_of(row) == part; });
  }

  /// The bytes of the one part that they become.
  std::string Rewritten() const {
    const FinalTable same = SameColumns(table_);
    TableRewrite rewrite{&table_, &same, paths_};
    rewrite.sketch = false;
    auto parts = RewriteTable(rewrite, PlacesIn(folder_ / "new"));
    EXPECT_TRUE(parts.ok()) << parts.status().ToString();
    EXPECT_EQ(parts->size(), 1u);
    std::ifstream file(parts->front().path, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }
  ReadTable Read() const { return ReadFolder(folder_ / "new/t").ValueOrDie(); }

 private:
  template <class Holds>
  void Write(size_t part, int64_t group, Holds holds) {
    OutputOptions options;
    options.places = PlacesIn(folder_ / std::to_string(part));
    auto output = Output::Create(options).ValueOrDie();
    {
      auto sink = output->NewSink();
      MadeTable table(*sink, 0, "t", true);
      int64_t rows = 0;
      for (int64_t row = 0; row < 3000; ++row) {
        if (!holds(row)) continue;
        if (row % 3 > 0)
          AddWord(table.ColumnOf({"/n", Slot::kNumber}), shred::Layout::kInt64,
                  static_cast<uint64_t>(row * row));
        if (row % 5 > 0)
          PutEntry(table.ColumnOf({"/w", Slot::kText}), "word " + std::to_string(row % 700));
        if (row % 7 > 1) AddList(table.ColumnOf({"/l", Slot::kListNumber}), row);
        table.EndRow(row, 0, 0, static_cast<uint64_t>(row % 4));
        if (++rows % group > 0) continue;
        EXPECT_TRUE(table.Flush().ok());
        EXPECT_TRUE(table.EndRowGroup().ok());
      }
      EXPECT_TRUE(table.Flush().ok());
      if (rows % group > 0) {
        EXPECT_TRUE(table.EndRowGroup().ok());
      }
    }
    auto published = output->Publish({{table_}}, 1).ValueOrDie();
    output->Keep();
    for (const WrittenPart& each : published[0].parts) paths_.push_back(each.path);
  }

  static void AddList(shred::Column& column, int64_t row) {
    column.layout = shred::Layout::kList;
    if (!column.element) column.element = std::make_unique<shred::Column>();
    const auto length = static_cast<uint32_t>(row % 4);
    column.list_lengths.Push(length);
    ++column.values;
    shred::Column& element = *column.element;
    for (uint32_t item = 0; item < length; ++item) {
      if (item == 1) {
        AddNull(element, element.values + element.nulls);
      } else {
        AddWord(element, shred::Layout::kInt64, static_cast<uint64_t>(row + item));
      }
    }
  }

  TestFolder folder_;
  FinalTable table_;
  std::vector<std::string> paths_;
};

TEST(RewrittenRows, AreTheSameBytesHoweverTheyLayInParts) {
  const std::string one = RowsInParts(1, 3000, [](int64_t) { return 0; }).Rewritten();
  const std::string halves =
      RowsInParts(2, 500, [](int64_t row) { return row < 1700 ? 1 : 0; }).Rewritten();
  const std::string mixed =
      RowsInParts(5, 97, [](int64_t row) { return static_cast<size_t>(row * 31 % 5); }).Rewritten();
  const std::string runs = RowsInParts(3, 200, [](int64_t row) {
                             return static_cast<size_t>(row / 13 % 3);
                           }).Rewritten();
  EXPECT_TRUE(one == halves);
  EXPECT_TRUE(one == mixed);
  EXPECT_TRUE(one == runs);
}

TEST(RewrittenRows, HaveTheirValuesStill) {
  RowsInParts rows(5, 97, [](int64_t row) { return static_cast<size_t>(row * 31 % 5); });
  rows.Rewritten();
  const ReadTable read = rows.Read();
  ASSERT_EQ(read.rows, 3000u);
  for (size_t row = 0; row < 3000; ++row) {
    const auto number = static_cast<int64_t>(row);
    ASSERT_EQ(read.cells.at("_roost_id")[row], CellOf(number));
    ASSERT_EQ(read.cells.at("n")[row], row % 3 > 0 ? CellOf(number * number) : Cell());
    ASSERT_EQ(read.cells.at("w")[row],
              row % 5 > 0 ? CellOfText("word " + std::to_string(row % 700)) : Cell());
    std::string list = "[";
    for (size_t item = 0; item < row % 4; ++item)
      list += (item ? "," : "") + (item == 1 ? "null" : std::to_string(row + item));
    ASSERT_EQ(read.cells.at("l")[row], row % 7 > 1 ? Cell(list + "]") : Cell()) << row;
  }
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
